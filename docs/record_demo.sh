#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Records a demonstration: the logs in docs/demo.tar.xz, which docs/questions.md is made of.
#
# A log tells where it was written: host, user, folder, commit, packages. So the demonstration
# runs in a house of its own, built of Linux's namespaces, for which nobody needs to be root:
# the host "babbage", Ada's home, a repository with one commit, and a .venv with what the
# demonstration needs and nothing else. All of it is gone at the end but the archive.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
if [ -z "${DLPROV_HOUSE:-}" ]; then
    house=$(mktemp -d)
    trap 'rm -rf "$house"' EXIT
    DLPROV_HOUSE=$house unshare --map-root-user --mount --uts --pid --fork --mount-proc "$0"
    exit
fi

hostname babbage
cat /proc/sys/kernel/random/uuid >"$DLPROV_HOUSE/boot"
mount --bind "$DLPROV_HOUSE/boot" /proc/sys/kernel/random/boot_id
mount --bind "$DLPROV_HOUSE" /home
mkdir -p /home/ada/digits
cd /home/ada/digits

"${PYTHON:-python3}" -m venv .venv
pip="$PWD/.venv/bin/python -m pip --quiet install --constraint $here/../constraints.txt"
$pip --upgrade pip
$pip "$here/..[demo]"

ada() {
    env -i HOME=/home/ada USER=ada LOGNAME=ada LANG=C.UTF-8 PATH="$PWD/.venv/bin:/usr/bin:/bin" "$@"
}
printf '# Handwritten digits\n' >README.md
printf '.venv/\ndemo-kb/\n' >.gitignore
ada git init --quiet --initial-branch=main
ada git config user.name "Ada Lovelace"
ada git config user.email ada@example.org
ada git add README.md .gitignore
ada git commit --quiet --message "Begin"
ada dlprov demo --kb demo-kb >/dev/null

ada tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner --mode=a=rX,u+w \
    -C demo-kb -cJf /home/demo.tar.xz kb.toml logs
cp /home/demo.tar.xz "$here/demo.tar.xz"
