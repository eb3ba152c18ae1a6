#!/usr/bin/env bash
# scripts/pictures.sh: makes docs/pictures/*.webp for the READMEs from the screenshots of the browser tests
# (scripts/miniprogram.sh e2e). Together they may have at most 300 kB.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/lib.sh
source scripts/lib.sh

from=target/screenshots/light
to=docs/pictures
pictures=(sites card home home-opened)
MOST_BYTES=300000
WIDTH=390

scripts/install.sh webp
for picture in "${pictures[@]}"; do
    [[ -f $from/$picture.png ]] || fail "$from/$picture.png is missing: run scripts/miniprogram.sh e2e first"
done
mkdir -p "$to"
for picture in "${pictures[@]}"; do
    cwebp -quiet -resize "$WIDTH" 0 -q 85 -m 6 -metadata none "$from/$picture.png" -o "$to/$picture.webp"
done
bytes=$(cat "$to"/*.webp | wc -c)
((bytes <= MOST_BYTES)) || fail "$to has $bytes bytes, more than $MOST_BYTES"
say "$to: ${#pictures[@]} pictures, $bytes bytes"
