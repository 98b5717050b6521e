# SPDX-License-Identifier: Apache-2.0
"""The folder that ``dlprov run`` puts before Python's path, for its ``sitecustomize`` alone."""
