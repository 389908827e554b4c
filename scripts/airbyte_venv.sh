#!/bin/sh
# Makes a venv with airbyte-cdk, for the test with a real Airbyte source: scripts/airbyte_venv.sh DIRECTORY
# Apart from AOS's own, since the two want different versions of the same libraries.
set -eu
place=${1:?say where the venv is to be}
[ -x "$place/bin/python" ] || python3 -m venv "$place"
"$place/bin/python" -c 'import airbyte_cdk' 2>/dev/null || "$place/bin/pip" install --quiet 'airbyte-cdk==7.39.1'
"$place/bin/python" -c 'import airbyte_cdk'
echo "$place/bin/python"
