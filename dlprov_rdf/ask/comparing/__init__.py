# SPDX-License-Identifier: Apache-2.0
"""What two runs are compared by: their facets, and what of one is what of the other."""
