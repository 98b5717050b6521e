# SPDX-License-Identifier: Apache-2.0
"""From what a run tells of itself to linked data: events in, quads out, nothing else."""
