#!/usr/bin/env bash
# Installs nbdev's git and Jupyter hooks for this checkout, called by `make venv` from its root.
# nbdev writes the Jupyter half into the home folder; here it goes into .venv, so that nothing outside the checkout changes.
set -euo pipefail
[ -d .git ] || exit 0
[ -e .git/hooks/post-merge ] && exit 0
home=$(mktemp -d); trap 'rm -rf "$home"' EXIT
PATH="$PWD/.venv/bin:$PATH" GIT_CONFIG_GLOBAL="${GIT_CONFIG_GLOBAL:-$HOME/.gitconfig}" HOME="$home" nbdev_install_hooks >/dev/null
[ -e .gitconfig ] || exit 0
mkdir -p .venv/etc/jupyter
cp "$home"/.jupyter/jupyter_*_config.py .venv/etc/jupyter/
git config --local merge.nbdev-merge.driver ".venv/bin/nbdev_merge %O %A %B %P"
printf '#!/bin/sh\n.venv/bin/nbdev_trust || true\n' > .git/hooks/post-merge
echo "git and Jupyter hooks for notebooks are installed"
