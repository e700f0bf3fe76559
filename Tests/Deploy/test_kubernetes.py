"""The manifests, against the schemas of Kubernetes and the settings of the server."""

import os
import subprocess
import unittest

import kubernetes_validate
import yaml

from server import BINARY, ROOT

KUBERNETES = ROOT / "deploy/kubernetes"
# Where pods may sleep before they stop (1.30), and the newest that the validator knows.
VERSIONS = ["1.30", "1.33"]


def documents(path):
    return [document for document in yaml.safe_load_all(path.read_text()) if document]


class Kubernetes(unittest.TestCase):
    def manifests(self):
        for path in sorted(KUBERNETES.glob("*/*.yaml")):
            if path.name != "kustomization.yaml":
                for document in documents(path):
                    yield path, document

    def named(self, kind, name="clickclack"):
        found = [document for _, document in self.manifests()
                 if document["kind"] == kind and document["metadata"]["name"] == name]
        self.assertTrue(found, kind)
        return found[0]

    def test_every_manifest_fits_its_schema(self):
        count = 0
        for path, document in self.manifests():
            for version in VERSIONS:
                with self.subTest(path=path.name, version=version):
                    kubernetes_validate.validate(document, version, strict=True)
                    count += 1
        self.assertGreater(count, 20)

    def test_a_mistake_would_be_found(self):
        wrong = self.named("StatefulSet")
        wrong["spec"]["replicsa"] = 2
        with self.assertRaises(kubernetes_validate.ValidationError):
            kubernetes_validate.validate(wrong, VERSIONS[0], strict=True)

    def test_kustomizations_name_the_files_that_are_there(self):
        for path in KUBERNETES.glob("*/kustomization.yaml"):
            kustomization = documents(path)[0]
            listed = kustomization["resources"] + [patch["path"] for patch in kustomization.get("patches", [])]
            for name in listed:
                self.assertTrue((path.parent / name).exists(), f"{path}: {name}")
            files = {file.name for file in path.parent.glob("*.yaml")} - {"kustomization.yaml"}
            self.assertEqual(files, {name for name in listed if name.endswith(".yaml")})

    def test_the_server_understands_its_configuration(self):
        base = self.named("ConfigMap")["data"]
        patch = documents(KUBERNETES / "manual-migration/configmap-patch.yaml")[0]["data"]
        # What Kubernetes adds for the service of this name.
        links = {"CLICKCLACK_SERVICE_HOST": "10.0.0.1", "CLICKCLACK_PORT": "tcp://10.0.0.1:80"}
        for data in [base, base | patch]:
            done = subprocess.run([BINARY, "config"], env={**data, **links}, capture_output=True, text=True)
            self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(patch, {"CLICKCLACK_AUTO_MIGRATE": "false"})

    def test_names_lead_to_each_other(self):
        stateful = self.named("StatefulSet")
        pod = stateful["spec"]["template"]
        container = pod["spec"]["containers"][0]
        for kind in ["Service", "PodDisruptionBudget", "NetworkPolicy"]:
            spec = self.named(kind)["spec"]
            selector = spec.get("podSelector") or spec["selector"]
            labels = selector.get("matchLabels", selector)
            self.assertLessEqual(labels.items(), pod["metadata"]["labels"].items(), kind)
        self.assertEqual(stateful["spec"]["selector"]["matchLabels"], pod["metadata"]["labels"])
        claims = {volume["persistentVolumeClaim"]["claimName"] for volume in pod["spec"]["volumes"]
                  if "persistentVolumeClaim" in volume}
        self.assertEqual(claims, {self.named("PersistentVolumeClaim", "clickclack-data")["metadata"]["name"]})
        self.assertEqual(self.named("Service")["spec"]["ports"][0]["targetPort"], container["ports"][0]["name"])
        backend = self.named("Ingress")["spec"]["rules"][0]["http"]["paths"][0]["backend"]["service"]
        self.assertEqual((backend["name"], backend["port"]["name"]), ("clickclack", "http"))
        self.assertIn(str(container["ports"][0]["containerPort"]), self.named("ConfigMap")["data"]["CLICKCLACK_ADDR"])
        self.assertEqual(container["livenessProbe"]["httpGet"]["path"], "/healthz")
        self.assertEqual(container["readinessProbe"]["httpGet"]["path"], "/readyz")

    def test_there_is_time_to_stop(self):
        pod = self.named("StatefulSet")["spec"]["template"]["spec"]
        sleep = pod["containers"][0]["lifecycle"]["preStop"]["sleep"]["seconds"]
        grace = int(self.named("ConfigMap")["data"]["CLICKCLACK_GRACE_PERIOD"].removesuffix("s"))
        self.assertGreater(pod["terminationGracePeriodSeconds"], sleep + grace)


if __name__ == "__main__":
    unittest.main()
