# SPDX-License-Identifier: Apache-2.0
"""What stands around a run: code, software, machine, seeds, with secrets taken out."""
