// Package k8s_test checks the manifests against each other and with kustomize.
package k8s_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// The types below have the fields that the manifests use, with the names of Kubernetes, so that a
// misspelled field is an unknown one.
type (
	labels map[string]string

	object struct {
		APIVersion string `yaml:"apiVersion"`
		Kind       string
		Metadata   metadata
	}
	metadata struct {
		Name        string
		Labels      labels
		Annotations labels
	}
	configMap struct {
		object `yaml:",inline"`
		Data   map[string]string
	}
	secret struct {
		object     `yaml:",inline"`
		StringData map[string]string `yaml:"stringData"`
	}
	service struct {
		object `yaml:",inline"`
		Spec   struct {
			Selector labels
			Ports    []struct {
				Name       string
				Port       int
				TargetPort string `yaml:"targetPort"`
			}
		}
	}
	deployment struct {
		object `yaml:",inline"`
		Spec   struct {
			Replicas int
			Selector struct {
				MatchLabels labels `yaml:"matchLabels"`
			}
			Template struct {
				Metadata metadata
				Spec     pod
			}
		}
	}
	pod struct {
		AutomountServiceAccountToken  bool `yaml:"automountServiceAccountToken"`
		EnableServiceLinks            bool `yaml:"enableServiceLinks"`
		TerminationGracePeriodSeconds int  `yaml:"terminationGracePeriodSeconds"`
		SecurityContext               struct {
			RunAsNonRoot   bool                  `yaml:"runAsNonRoot"`
			RunAsUser      int                   `yaml:"runAsUser"`
			SeccompProfile struct{ Type string } `yaml:"seccompProfile"`
		} `yaml:"securityContext"`
		Containers []container
		Volumes    []struct {
			Name      string
			ConfigMap struct{ Name string } `yaml:"configMap"`
			Secret    struct {
				SecretName string `yaml:"secretName"`
			}
			EmptyDir *struct {
				Medium    string
				SizeLimit string `yaml:"sizeLimit"`
			} `yaml:"emptyDir"`
		}
	}
	container struct {
		Name, Image              string
		TerminationMessagePolicy string `yaml:"terminationMessagePolicy"`
		Args                     []string
		Env                      []struct{ Name, Value string }
		Ports                    []struct {
			Name          string
			ContainerPort int `yaml:"containerPort"`
		}
		StartupProbe   probe `yaml:"startupProbe"`
		ReadinessProbe probe `yaml:"readinessProbe"`
		LivenessProbe  probe `yaml:"livenessProbe"`
		VolumeMounts   []struct {
			Name      string
			MountPath string `yaml:"mountPath"`
			ReadOnly  bool   `yaml:"readOnly"`
		} `yaml:"volumeMounts"`
		Resources       struct{ Requests, Limits labels }
		SecurityContext struct {
			AllowPrivilegeEscalation bool `yaml:"allowPrivilegeEscalation"`
			ReadOnlyRootFilesystem   bool `yaml:"readOnlyRootFilesystem"`
			Capabilities             struct{ Drop []string }
		} `yaml:"securityContext"`
	}
	probe struct {
		HTTPGet          struct{ Path, Port, Scheme string } `yaml:"httpGet"`
		PeriodSeconds    int                                 `yaml:"periodSeconds"`
		FailureThreshold int                                 `yaml:"failureThreshold"`
	}
)

// read decodes a manifest. An unknown field fails the test.
func read[T any](t *testing.T, name string) T {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var v T
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	decoder.KnownFields(true)
	if err := decoder.Decode(&v); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if err := decoder.Decode(new(any)); !errors.Is(err, io.EOF) {
		t.Errorf("%s has more than one document", name)
	}
	return v
}

func TestTheManifestsFitTogether(t *testing.T) {
	d, cm, sec, svc := read[deployment](t, "deployment.yaml"), read[configMap](t, "configmap.yaml"), read[secret](t, "secret.yaml"), read[service](t, "service.yaml")
	pod := d.Spec.Template.Spec
	c := pod.Containers[0]

	for what, l := range map[string]labels{"the deployment's selector": d.Spec.Selector.MatchLabels, "the service's selector": svc.Spec.Selector} {
		for key, value := range l {
			if d.Spec.Template.Metadata.Labels[key] != value {
				t.Errorf("%s does not select the pods by %s", what, key)
			}
		}
		if len(l) == 0 {
			t.Errorf("%s is empty", what)
		}
	}

	// The file of --config, and that of the variable, must be keys of the mounted volumes.
	mounted, writable := map[string][]string{}, map[string]bool{}
	for _, v := range pod.Volumes {
		var keys []string
		switch {
		case v.EmptyDir != nil:
			writable[v.Name] = true
		case v.ConfigMap.Name == cm.Metadata.Name && v.Secret.SecretName == "":
			for key := range cm.Data {
				keys = append(keys, key)
			}
		case v.Secret.SecretName == sec.Metadata.Name && v.ConfigMap.Name == "":
			for key := range sec.StringData {
				keys = append(keys, key)
			}
		default:
			t.Errorf("the volume %s is of nothing that is here", v.Name)
		}
		mounted[v.Name] = keys
	}
	var files, dirs []string
	for _, m := range c.VolumeMounts {
		if writable[m.Name] && !m.ReadOnly {
			dirs = append(dirs, m.MountPath)
		}
		for _, key := range mounted[m.Name] {
			files = append(files, path.Join(m.MountPath, key))
		}
	}
	for what, file := range map[string]string{"--config": c.Args[slices.Index(c.Args, "--config")+1], c.Env[0].Name: c.Env[0].Value} {
		if !slices.Contains(files, file) {
			t.Errorf("%s names %s, which is not among %q", what, file, files)
		}
	}

	if want := []string{c.Args[slices.Index(c.Args, "--last-good")+1], path.Dir(c.Env[1].Value)}; c.Env[1].Name != "CONFIG_SOCKET" || !slices.Equal(dirs, want) {
		t.Errorf("what can be written to is %q, and not %q", dirs, want)
	}

	// Probes and the service reach a port by its name.
	port := c.Ports[0]
	for what, name := range map[string]string{"startup": c.StartupProbe.HTTPGet.Port, "readiness": c.ReadinessProbe.HTTPGet.Port,
		"liveness": c.LivenessProbe.HTTPGet.Port, "service": svc.Spec.Ports[0].TargetPort} {
		if name != port.Name {
			t.Errorf("%s: the port is %q, want %q", what, name, port.Name)
		}
	}
	if c.TerminationMessagePolicy != "FallbackToLogsOnError" {
		t.Errorf("why a container ended is told by %q", c.TerminationMessagePolicy)
	}
	if pod.EnableServiceLinks {
		t.Error("the variables of services would be taken for settings")
	}
}

// The components replace the third volume, and append to lists that must exist.
func TestTheComponentsFitTheDeployment(t *testing.T) {
	d := read[deployment](t, "deployment.yaml")
	if volumes := d.Spec.Template.Spec.Volumes; volumes[2].Name != "last-good" || volumes[2].EmptyDir == nil {
		t.Errorf("the third volume is %+v", volumes[2])
	}
	type operation struct {
		Op, Path string
		Value    any
	}
	for _, name := range []string{"api", "memory", "persistent", "fallback"} {
		c := read[struct {
			APIVersion string `yaml:"apiVersion"`
			Kind       string
			Resources  []string
			Patches    []struct {
				Target struct{ Kind, Name string }
				Patch  string
			}
		}](t, name+"/kustomization.yaml")
		if c.Kind != "Component" || len(c.Patches) != 1 || c.Patches[0].Target.Name != d.Metadata.Name {
			t.Errorf("%s: %+v", name, c)
			continue
		}
		for _, resource := range c.Resources {
			if _, err := os.Stat(path.Join(name, resource)); err != nil {
				t.Error(err)
			}
		}
		var operations []operation
		decoder := yaml.NewDecoder(bytes.NewReader([]byte(c.Patches[0].Patch)))
		decoder.KnownFields(true)
		if err := decoder.Decode(&operations); err != nil || len(operations) == 0 {
			t.Errorf("%s: %v, %+v", name, err, operations)
		}
	}
}

// The component api replaces the argument of --config, and permits the pods to read the ConfigMap.
func TestTheRolePermitsToReadTheConfigMap(t *testing.T) {
	d, cm := read[deployment](t, "deployment.yaml"), read[configMap](t, "configmap.yaml")
	account := read[object](t, "api/serviceaccount.yaml")
	role := read[struct {
		object `yaml:",inline"`
		Rules  []struct {
			APIGroups     []string `yaml:"apiGroups"`
			Resources     []string
			ResourceNames []string `yaml:"resourceNames"`
			Verbs         []string
		}
	}](t, "api/role.yaml")
	binding := read[struct {
		object  `yaml:",inline"`
		RoleRef struct {
			APIGroup   string `yaml:"apiGroup"`
			Kind, Name string
		} `yaml:"roleRef"`
		Subjects []struct{ Kind, Name string }
	}](t, "api/rolebinding.yaml")
	if args := d.Spec.Template.Spec.Containers[0].Args; args[1] != "--config" {
		t.Errorf("the third argument is not that of --config: %q", args)
	}
	if len(role.Rules) != 1 {
		t.Fatalf("the role has the rules %+v", role.Rules)
	}
	r := role.Rules[0]
	if got := slices.Concat(r.APIGroups, r.Resources, r.ResourceNames, r.Verbs); !slices.Equal(got, []string{"", "configmaps", cm.Metadata.Name, "list", "watch"}) {
		t.Errorf("the role permits %q", got)
	}
	if binding.RoleRef.Kind != role.Kind || binding.RoleRef.Name != role.Metadata.Name {
		t.Errorf("the binding is of %+v", binding.RoleRef)
	}
	if len(binding.Subjects) != 1 || binding.Subjects[0].Kind != account.Kind || binding.Subjects[0].Name != account.Metadata.Name {
		t.Errorf("the binding is for %+v", binding.Subjects)
	}
}

// With the component admission, the API server sends reviews to the webhook, whose certificate is for
// its name.
func TestTheAPIServerReachesTheWebhook(t *testing.T) {
	d, svc, cm := read[deployment](t, "admission/deployment.yaml"), read[service](t, "admission/service.yaml"), read[configMap](t, "configmap.yaml")
	w := read[struct {
		object   `yaml:",inline"`
		Webhooks []struct {
			Name              string
			Versions          []string `yaml:"admissionReviewVersions"`
			SideEffects       string   `yaml:"sideEffects"`
			FailurePolicy     string   `yaml:"failurePolicy"`
			TimeoutSeconds    int      `yaml:"timeoutSeconds"`
			NamespaceSelector struct {
				MatchLabels labels `yaml:"matchLabels"`
			} `yaml:"namespaceSelector"`
			ObjectSelector struct {
				MatchLabels labels `yaml:"matchLabels"`
			} `yaml:"objectSelector"`
			Rules []struct {
				APIGroups   []string `yaml:"apiGroups"`
				APIVersions []string `yaml:"apiVersions"`
				Operations  []string
				Resources   []string
				Scope       string
			}
			ClientConfig struct {
				Service struct{ Namespace, Name, Path string }
			} `yaml:"clientConfig"`
		}
	}](t, "admission/webhook.yaml").Webhooks[0]
	c, to := d.Spec.Template.Spec.Containers[0], w.ClientConfig.Service
	if to.Name != svc.Metadata.Name || svc.Spec.Ports[0].Port != 443 || svc.Spec.Ports[0].TargetPort != c.Ports[0].Name {
		t.Errorf("the service is %+v, and the webhook asks %+v", svc, to)
	}
	for key, value := range svc.Spec.Selector {
		if d.Spec.Template.Metadata.Labels[key] != value || d.Spec.Selector.MatchLabels[key] != value {
			t.Errorf("the service does not select the pods by %s", key)
		}
	}
	for key, value := range w.ObjectSelector.MatchLabels {
		if cm.Metadata.Labels[key] != value {
			t.Errorf("the webhook is not asked about the ConfigMap, by %s", key)
		}
	}
	if r := w.Rules[0]; !slices.Equal(slices.Concat(r.APIGroups, r.APIVersions, r.Operations, r.Resources), []string{"", "v1", "CREATE", "UPDATE", "configmaps"}) {
		t.Errorf("the webhook is asked about %+v", r)
	}
	if !slices.Equal(w.Versions, []string{"v1"}) || w.SideEffects != "None" || w.FailurePolicy != "Ignore" || w.TimeoutSeconds > 10 {
		t.Errorf("%+v", w)
	}
	volume := d.Spec.Template.Spec.Volumes[0]
	if mount := c.VolumeMounts[0]; mount.Name != volume.Name || !slices.Equal(c.Args, []string{"webhook", "--certs", mount.MountPath}) {
		t.Errorf("the certificate is mounted as %+v, and the arguments are %q", mount, c.Args)
	}
	certificate, err := os.ReadFile("admission/certificate.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"secretName: " + volume.Secret.SecretName, "dnsNames: [" + to.Name + "." + to.Namespace + ".svc]"} {
		if !bytes.Contains(certificate, []byte(want)) {
			t.Errorf("%q is not in %s", want, certificate)
		}
	}
}

func TestKustomizeBuildsTheComponents(t *testing.T) {
	kubectl, err := exec.LookPath("kubectl")
	if err != nil {
		t.Skip("there is no kubectl")
	}
	for name, want := range map[string]string{"admission": "kind: ValidatingWebhookConfiguration", "api": "configmap:example\n", "memory": "medium: Memory", "persistent": "claimName: example-last-good", "fallback": "/etc/example-fallback/config.yaml"} {
		dir := t.TempDir()
		if err := os.CopyFS(dir, os.DirFS(".")); err != nil {
			t.Fatal(err)
		}
		file := path.Join(dir, "kustomization.yaml")
		data, err := os.ReadFile(file)
		if err == nil {
			err = os.WriteFile(file, append(data, "components: ["+name+"]\n"...), 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
		out, err := exec.CommandContext(t.Context(), kubectl, "kustomize", dir).CombinedOutput()
		if err != nil || !bytes.Contains(out, []byte(want)) {
			t.Errorf("%s: %v\n%s", name, err, out)
		}
	}
}

func TestKustomizeBuildsTheManifests(t *testing.T) {
	kubectl, err := exec.LookPath("kubectl")
	if err != nil {
		t.Skip("there is no kubectl")
	}
	out, err := exec.CommandContext(t.Context(), kubectl, "kustomize", ".").Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	var kinds []string
	for decoder := yaml.NewDecoder(bytes.NewReader(out)); ; {
		var o struct {
			Kind string
			Data map[string]string
		}
		err := decoder.Decode(&o)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		kinds = append(kinds, o.Kind)
		if want := read[configMap](t, "configmap.yaml").Data["config.yaml"]; o.Kind == "ConfigMap" && o.Data["config.yaml"] != want {
			t.Errorf("the data is %q, want %q", o.Data["config.yaml"], want)
		}
	}
	slices.Sort(kinds)
	if want := []string{"ConfigMap", "Deployment", "Secret", "Service"}; !slices.Equal(kinds, want) {
		t.Errorf("it makes %q, want %q", kinds, want)
	}
}

func TestTheImageIsWhatTheDeploymentRuns(t *testing.T) {
	file, err := os.ReadFile("Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	mod, err := os.ReadFile("../../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	_, version, _ := strings.Cut(string(mod), "\ngo ")
	version, _, _ = strings.Cut(version, "\n")
	pod := read[deployment](t, "deployment.yaml").Spec.Template.Spec
	for _, want := range []string{
		"golang:" + strings.TrimSuffix(version, ".0") + " AS build",
		"-t " + pod.Containers[0].Image + " .",
		fmt.Sprintf("\nUSER %d:", pod.SecurityContext.RunAsUser),
		"\nFROM gcr.io/distroless/static:nonroot\n",
		"\nCOPY config config\nCOPY internal internal\nCOPY example example\n",
		"CGO_ENABLED=0 ",
	} {
		if !strings.Contains(string(file), want) {
			t.Errorf("%q is not in it", want)
		}
	}
}
