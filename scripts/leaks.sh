#!/usr/bin/env bash
# scripts/leaks.sh FOLDER: searches the logs of a test run (KAIMEN_TEST_LOGS) for data that must never be logged: phones,
# e-mail addresses, passwords, openids, access and refresh tokens. Prints the findings and fails if there are any,
# or if there are hardly any logs.
set -euo pipefail
folder=${1:?the folder of the logs}

bytes=$(cat "$folder"/*.log 2>/dev/null | wc -c)
files=$(find "$folder" -name '*.log' | wc -l)
if ((bytes < 50000)); then
    echo "leaks: only $bytes bytes of logs in $folder: the tests did not log"
    exit 1
fi

patterns=(
    'phone:(^|[^0-9A-Za-z.+-])1[3-9][0-9]{9}([^0-9A-Za-z.]|$)'
    'e-mail:[A-Za-z0-9._-]+@(example\.com|x\.cn)'
    'password:(correct|another|a third|wrong|incorrect) horse'
    'openid:openid-of-|oSecretOpenid|(^|[^A-Za-z0-9_-])o[A-Za-z0-9-]*[0-9][A-Za-z0-9_-]*[A-Z][A-Za-z0-9_-]{12,}([^A-Za-z0-9_-]|$)'
    'access token:eyJ[A-Za-z0-9_-]{10,}\.'
    'refresh token:(^|[^A-Za-z0-9_-])A[A-Za-z0-9_-]{90}([^A-Za-z0-9_-]|$)'
    'bearer:Bearer [A-Za-z0-9]'
)
# the ids of requests are random and may look like an openid
sed -E -i 's/(request[._]id[^"]{0,20})"[A-Za-z0-9_-]{16}"/\1""/g' "$folder"/*.log
found=0
for pattern in "${patterns[@]}"; do
    if grep -EHn -m 3 -- "${pattern#*:}" "$folder"/*.log | cut -c1-300 >"$folder/found"; then
        echo "leaks: ${pattern%%:*} in the logs:"
        cat "$folder/found"
        found=1
    fi
done
rm -f "$folder/found"
((found == 0)) && echo "leaks: nothing in $files logs of $bytes bytes"
exit "$found"
