"""Alert rules and the dashboard, against promtool and the metrics of a real server."""

import json
import re
import unittest

from server import ROOT, Client, Directory, Server, make_certificate, run, trusting

MONITORING = ROOT / "deploy/monitoring"
METRIC = re.compile(r"\b(?:clickclack|process)_[a-z0-9_]+")


class Monitoring(unittest.TestCase):
    @classmethod
    def exported(cls, test):
        directory = Directory(test)
        certificate, key = make_certificate(directory, "server")
        server = Server(test, "--metrics", "--tls-cert", certificate, "--tls-key", key,
                        # Nobody listens there.
                        "--otlp-endpoint", "http://127.0.0.1:9", directory=directory)
        client = Client(server.port, tls=trusting(certificate))
        # Some metrics appear with the first thing that they count.
        client.request("GET", "/healthz")
        status, _, text = client.request("GET", "/metrics")
        assert status == 200
        return set(re.findall(r"^([a-z_0-9]+)[ {]", text.decode(), re.MULTILINE)), text.decode()

    def test_the_rules_hold_what_they_promise(self):
        run("promtool", "check", "rules", MONITORING / "alerts.yml")
        run("promtool", "check", "config", "--syntax-only", MONITORING / "prometheus.yml")
        run("promtool", "test", "rules", MONITORING / "alerts_test.yml")

    def test_every_alert_is_tested_and_leads_to_a_chapter(self):
        rules = (MONITORING / "alerts.yml").read_text()
        tested = set(re.findall(r"alertname: (\w+)", (MONITORING / "alerts_test.yml").read_text()))
        self.assertEqual(set(re.findall(r"alert: (\w+)", rules)), tested)
        headings = re.findall(r"^#+ (.+)$", (ROOT / "docs/operations.md").read_text(), re.MULTILINE)
        anchors = {re.sub(r"[^a-z0-9 -]", "", heading.lower()).replace(" ", "-") for heading in headings}
        self.assertEqual(set(re.findall(r"operations\.md#([a-z0-9-]+)", rules)) - anchors, set())

    def test_the_server_exports_what_is_watched(self):
        names, _ = self.exported(self)
        dashboard = json.loads((MONITORING / "dashboard.json").read_text())
        asked = {target["expr"] for panel in dashboard["panels"] for target in panel.get("targets", [])}
        self.assertGreater(len(asked), 20)
        for source in [" ".join(asked), (MONITORING / "alerts.yml").read_text()]:
            self.assertEqual(set(METRIC.findall(source)) - names - {"process_start_time_seconds"}, set())

    def test_the_documentation_names_every_metric(self):
        names, text = self.exported(self)
        documented = set(METRIC.findall((ROOT / "docs/operations.md").read_text()))
        families = set(re.findall(r"^# TYPE (\S+)", text, re.MULTILINE))
        self.assertEqual(families - documented, set())
        run("promtool", "check", "metrics", input=text)


if __name__ == "__main__":
    unittest.main()
