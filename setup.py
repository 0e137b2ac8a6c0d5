"Packaging: everything is read from settings.ini, so that nbdev and pip never disagree"
from configparser import ConfigParser
from pathlib import Path

from setuptools import find_packages, setup

here = Path(__file__).parent.resolve()
config = ConfigParser(delimiters=["="], interpolation=None)
config.read(here/"settings.ini", encoding="utf-8")
cfg = config["DEFAULT"]

package = here/cfg["lib_path"]
data = [str(p.relative_to(package)) for p in sorted((package/"data").rglob("*")) if p.is_file()]
readme = here/"README.md"

setup(
    name=cfg["lib_name"],
    version=cfg["version"],
    description=cfg["description"],
    long_description=readme.read_text(encoding="utf-8") if readme.exists() else cfg["description"],
    long_description_content_type="text/markdown",
    author=cfg["author"],
    author_email=cfg["author_email"],
    url=cfg["git_url"],
    license="Apache-2.0",
    keywords=cfg["keywords"],
    classifiers=[
        "Development Status :: 3 - Alpha",
        "Intended Audience :: Developers",
        "Intended Audience :: Education",
        "Natural Language :: English",
        "Programming Language :: Python :: 3.11",
        "Topic :: Scientific/Engineering :: Artificial Intelligence",
    ],
    packages=find_packages(include=[cfg["lib_name"], cfg["lib_name"] + ".*"]),
    package_data={cfg["lib_name"]: data},
    include_package_data=False,
    python_requires=">=" + cfg["min_python"],
    install_requires=cfg["requirements"].split(),
    extras_require={"dev": cfg["dev_requirements"].split(), "benchmarks": cfg["benchmark_requirements"].split(), "gguf": cfg["gguf_requirements"].split(), "site": cfg["site_requirements"].split()},
    entry_points={
        "console_scripts": cfg["console_scripts"].split(),
        "ioa_nb.domains": ["classroom = ioa_nb.classroom:Classroom", "classroom/chat = ioa_nb.chat:ChatClassroom", "folder = ioa_nb.domains:load_folder", "gsm8k = ioa_nb.benchmarks.gsm8k:gsm8k_domain"],
        "ioa_nb.models": ["api = ioa_nb.api:load_api", "smollm2 = ioa_nb.pretrained:load_pretrained", "gguf = ioa_nb.pretrained:load_pretrained"],
        "ioa_nb.exams": ["gsm8k = ioa_nb.benchmarks.gsm8k:exam_texts", "math500 = ioa_nb.benchmarks.gsm8k:math_texts", "humaneval = ioa_nb.benchmarks.humaneval:exam_texts", "mbpp = ioa_nb.benchmarks.humaneval:mbpp_texts", "mt_bench = ioa_nb.benchmarks.mt_bench:exam_texts"],
    },
    zip_safe=False,
)
