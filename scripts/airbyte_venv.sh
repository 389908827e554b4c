#!/bin/sh
# Makes a virtual environment with airbyte-cdk, in which the tests run a real connector. Nothing else needs it, and its
# many packages stay out of AOS's own environment.
set -eu
python=$1 place=$2
wanted='airbyte-cdk>=7,<8'
[ -f "$place/ready" ] && [ "$(cat "$place/ready")" = "$wanted" ] && exit 0
"$python" -m venv --clear "$place"
"$place/bin/python" -m pip install --quiet --disable-pip-version-check --only-binary :all: "$wanted"
echo "$wanted" >"$place/ready"
