# SPDX-License-Identifier: Apache-2.0
"""The demonstration: a real workflow on real data, from the images to an answered question."""
