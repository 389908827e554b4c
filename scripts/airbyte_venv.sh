#!/bin/sh
<<<<<<< HEAD
# Makes a virtual environment with airbyte-cdk, in which the tests run a real connector. Nothing else needs it, and its
# many packages stay out of AOS's own environment.
set -eu
python=$1 place=$2
wanted='airbyte-cdk>=7,<8'
[ -f "$place/ready" ] && [ "$(cat "$place/ready")" = "$wanted" ] && exit 0
"$python" -m venv --clear "$place"
"$place/bin/python" -m pip install --quiet --disable-pip-version-check --only-binary :all: "$wanted"
echo "$wanted" >"$place/ready"
=======
# Makes a venv with airbyte-cdk, for the test with a real Airbyte source: scripts/airbyte_venv.sh DIRECTORY
# Apart from AOS's own, since the two want different versions of the same libraries.
set -eu
place=${1:?say where the venv is to be}
[ -x "$place/bin/python" ] || python3 -m venv "$place"
"$place/bin/python" -c 'import airbyte_cdk' 2>/dev/null || "$place/bin/pip" install --quiet 'airbyte-cdk==7.39.1'
"$place/bin/python" -c 'import airbyte_cdk'
echo "$place/bin/python"
>>>>>>> onb-registry
