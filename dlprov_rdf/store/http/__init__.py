# SPDX-License-Identifier: Apache-2.0
"""How a store over HTTP is asked: where it is, who we are, how long we wait, what it said."""
