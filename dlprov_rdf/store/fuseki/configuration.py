# SPDX-License-Identifier: Apache-2.0
"""What Fuseki is told to serve: one data set on disk, its graphs asked as one.

``config.ttl`` is written where it is not there, and is the user's from then on; what may
differ from start to start (port, host, memory) is not in it.
"""

from __future__ import annotations

import re
from pathlib import Path
from xml.sax.saxutils import escape

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from dlprov_rdf.errors import FusekiMisconfigured

DATASET = "dlprov"
#: Seconds that a query may take.
SECONDS = 120

_TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_SERVICE = NamedNode("http://jena.apache.org/fuseki#Service")
_NAME = NamedNode("http://jena.apache.org/fuseki#name")
_SERVICE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")

_CONFIG = """\
# What this Fuseki serves. Written by dlprov, and yours to change: it is not written again.
# https://jena.apache.org/documentation/fuseki2/fuseki-configuration.html
PREFIX fuseki: <http://jena.apache.org/fuseki#>
PREFIX ja:     <http://jena.hpl.hp.com/2005/11/Assembler#>
PREFIX tdb2:   <http://jena.apache.org/2016/tdb#>

<#server> a fuseki:Server ;
    # Milliseconds that a query may take, and that it waits for another service (SERVICE).
    ja:context [ ja:cxtName "arq:queryTimeout" ; ja:cxtValue "{milliseconds}" ] ;
    ja:context [ ja:cxtName "arq:httpQueryTimeout" ; ja:cxtValue "{milliseconds}" ] ;
    fuseki:services ( <#service> ) .

<#service> a fuseki:Service ;
    fuseki:name "{dataset}" ;
    fuseki:endpoint
        [ fuseki:operation fuseki:query ] ,
        [ fuseki:operation fuseki:query ; fuseki:name "sparql" ] ,
        [ fuseki:operation fuseki:query ; fuseki:name "query" ] ,
        [ fuseki:operation fuseki:update ; fuseki:name "update" ] ,
        [ fuseki:operation fuseki:gsp-rw ; fuseki:name "data" ] ;
    fuseki:dataset <#dataset> .

<#dataset> a tdb2:DatasetTDB2 ;
    tdb2:location <tdb2> ;
    # A question's default graph is the union of all named graphs.
    tdb2:unionDefaultGraph true .
"""

_JETTY = """\
<?xml version="1.0"?>
<!DOCTYPE Configure PUBLIC "-//Jetty//Configure//EN" "https://jetty.org/configure_12_0.dtd">
<!-- Where Fuseki listens. Written by dlprov when it is started for more than this machine. -->
<Configure id="Server" class="org.eclipse.jetty.server.Server">
  <Call name="addConnector"><Arg>
    <New class="org.eclipse.jetty.server.ServerConnector">
      <Arg name="server"><Ref refid="Server"/></Arg>
      <Arg name="factories"><Array type="org.eclipse.jetty.server.ConnectionFactory"><Item>
        <New class="org.eclipse.jetty.server.HttpConnectionFactory"><Arg name="config">
          <New class="org.eclipse.jetty.server.HttpConfiguration">
            <Set name="requestHeaderSize">524288</Set>
            <Set name="sendServerVersion">false</Set>
          </New>
        </Arg></New>
      </Item></Array></Arg>
      <Set name="host">{host}</Set>
      <Set name="port">{port}</Set>
    </New>
  </Arg></Call>
</Configure>
"""


def configured(home: Path, dataset: str | None, seconds: float | None = None) -> str:
    """Write what is to be served where that is not there; tell the data set's name.

    Args:
        home: The knowledge base's folder ``fuseki``.
        dataset: The name that is wished, if any.
        seconds: That a query may take; if any is wished.

    Raises:
        FusekiMisconfigured: The file is there and cannot be read or says another name; or
            what is wished is no name.
    """
    path = home / "config.ttl"
    if not path.exists():
        name = DATASET if dataset is None else dataset
        if not _SERVICE_NAME.fullmatch(name):
            raise FusekiMisconfigured(
                "--dataset", f"{name!r} is no name of letters, digits, -, . and _"
            )
        milliseconds = round((seconds or SECONDS) * 1000)
        draft = home / ".config.ttl"
        draft.write_text(_CONFIG.format(dataset=name, milliseconds=milliseconds), "utf-8")
        draft.replace(path)
    there = _name_in(path)
    if dataset not in {None, there}:
        raise FusekiMisconfigured(path, f"its data set is {there!r}, not {dataset!r}")
    return there


def _name_in(path: Path) -> str:
    """Read which data set a configuration serves; of several, the first by name."""
    try:
        base = path.absolute().as_uri()
        quads = list(parse(path=str(path), format=RdfFormat.TURTLE, base_iri=base))
    except (SyntaxError, ValueError, OSError) as error:
        raise FusekiMisconfigured(path, str(error)) from error
    services = {one.subject for one in quads if one.predicate == _TYPE and one.object == _SERVICE}
    found = sorted(
        one.object.value.strip("/")
        for one in quads
        if one.predicate == _NAME and one.subject in services and isinstance(one.object, Literal)
    )
    if not found:
        raise FusekiMisconfigured(path, "it names no service (fuseki:name)")
    return found[0]


def listening(home: Path, host: str, port: int) -> list[str]:
    """Give the arguments by which Fuseki listens at a port of a host."""
    if host == "localhost":
        return ["--localhost", f"--port={port}"]
    path = home / "jetty.xml"
    path.write_text(_JETTY.format(host=escape(host), port=port), "utf-8")
    return [f"--jetty={path}"]
