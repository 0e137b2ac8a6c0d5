"Python imports this by itself at start-up when this folder is on PYTHONPATH"
import offline

offline.install()
