"""The manifests, against the schemas of Kubernetes and the settings of the server."""

import shutil
import subprocess
import unittest

import kubernetes_validate
import yaml

from server import BINARY, ROOT, run

KUBERNETES = ROOT / "deploy/kubernetes"
# Where pods may sleep before they stop (1.30), and the newest that the validator knows.
VERSIONS = ["1.30", "1.37"]
ALL = ["base", "manual-migration"]


def documents_of(text):
    return [document for document in yaml.safe_load_all(text) if document]


def documents(path):
    return documents_of(path.read_text())


def merged(old, patch):
    """A patch of maps; how lists are merged depends on their kind, so none is taken."""
    assert not isinstance(patch, list)
    if not isinstance(patch, dict):
        return patch
    return {**old, **{name: merged(old.get(name, {}), value) for name, value in patch.items()}}


def rendered(directory):
    """What `kubectl kustomize` makes of a directory, as far as the files here ask for it."""
    kustomization = documents(directory / "kustomization.yaml")[0]
    assert set(kustomization) <= {"apiVersion", "kind", "namespace", "resources", "components", "patches", "images"}
    found = []
    for name in kustomization.get("resources", []):
        path = directory / name
        found += rendered(path) if path.is_dir() else documents(path)
    for name in kustomization.get("components", []):
        apply(documents(directory / name / "kustomization.yaml")[0], found)
    for patch in kustomization.get("patches", []):
        change = documents(directory / patch["path"])[0]
        target = [index for index, document in enumerate(found) if identity(document) == identity(change)]
        assert len(target) == 1, patch
        found[target[0]] = merged(found[target[0]], change)
    apply(kustomization, found)
    return found


def identity(document):
    return document["kind"], document["metadata"]["name"]


def apply(kustomization, found):
    for document in found:
        if "namespace" in kustomization and document["kind"] != "Namespace":
            document["metadata"]["namespace"] = kustomization["namespace"]
        for container in containers(document):
            for image in kustomization.get("images", []):
                if container["image"].split(":")[0] == image["name"]:
                    container["image"] = f"{image['newName']}:{image['newTag']}"


def containers(document):
    return document.get("spec", {}).get("template", {}).get("spec", {}).get("containers", [])


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

    def test_what_is_applied_fits_its_schema_and_names_one_image(self):
        for name in ALL:
            found = rendered(KUBERNETES / name)
            self.assertEqual(len(found), len({identity(document) for document in found}))
            for document in found:
                for version in VERSIONS:
                    with self.subTest(directory=name, kind=document["kind"], version=version):
                        kubernetes_validate.validate(document, version, strict=True)
            self.assertEqual({document["metadata"].get("namespace") for document in found} - {None}, {"clickclack"})
            images = [container["image"] for document in found for container in containers(document)]
            self.assertEqual(images, ["registry.example/clickclack:latest"] * (1 if name == "base" else 2))
        configuration = [document for document in found if document["kind"] == "ConfigMap"]
        self.assertEqual([document["data"]["CLICKCLACK_AUTO_MIGRATE"] for document in configuration], ["false"])
        self.assertEqual([document["data"]["CLICKCLACK_ADDR"] for document in configuration], [":8080"])

    @unittest.skipUnless(shutil.which("kubectl"), "kubectl is not part of Debian")
    def test_kubectl_makes_the_same_of_it(self):
        for name in ALL:
            made = documents_of(run("kubectl", "kustomize", KUBERNETES / name))
            self.assertEqual(
                {identity(document): document for document in made},
                {identity(document): document for document in rendered(KUBERNETES / name)})

    def test_a_mistake_would_be_found(self):
        wrong = self.named("StatefulSet")
        wrong["spec"]["replicsa"] = 2
        with self.assertRaises(kubernetes_validate.ValidationError):
            kubernetes_validate.validate(wrong, VERSIONS[0], strict=True)

    def test_kustomizations_name_the_files_that_are_there(self):
        for path in KUBERNETES.glob("*/kustomization.yaml"):
            kustomization = documents(path)[0]
            listed = kustomization.get("resources", []) + kustomization.get("components", [])
            listed += [patch["path"] for patch in kustomization.get("patches", [])]
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
