# SPDX-License-Identifier: Apache-2.0
"""Asks the graphs: named questions, walks along what depends on what, and pictures of them."""
