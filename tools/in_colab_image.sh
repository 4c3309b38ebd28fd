#!/usr/bin/env bash
# Run in Colab's own image, with the repository at /course: every chapter alone in an empty folder,
# all its cells, and the packages before and after. It may add packages and change none.
set -euo pipefail

failed=0
for notebook in /course/notebooks/[0-9]*.ipynb; do
  folder=$(mktemp -d)
  cp "$notebook" "$folder"
  cd "$folder"
  python3 -m pip freeze | sort > before.txt
  # An error that is meant carries a tag; any other ends the run.
  if jupyter nbconvert --to notebook --execute --output out.ipynb ./*.ipynb; then
    echo "ran to the end: $(basename "$notebook")"
  else
    failed=1
  fi
  python3 -m pip freeze | sort > after.txt
  if comm -23 before.txt after.txt | grep .; then
    echo "changed or removed by $(basename "$notebook"), see above"
    failed=1
  fi
done
exit "$failed"
