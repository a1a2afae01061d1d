package kubelet

import (
	"os"
	"path/filepath"
	"testing"

	v1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	clientfake "k8s.io/client-go/kubernetes/fake"
	"k8s.io/kubernetes/pkg/volume"
	"k8s.io/kubernetes/pkg/volume/configmap"
	"k8s.io/kubernetes/pkg/volume/emptydir"
	"k8s.io/kubernetes/pkg/volume/projected"
	"k8s.io/kubernetes/pkg/volume/secret"
	volumetesting "k8s.io/kubernetes/pkg/volume/testing"
)

// namespace and object are the namespace and the name of the ConfigMap and the Secret of a test.
const namespace, object = "team", "app"

var (
	mode      = int32(0o640)
	reference = v1.LocalObjectReference{Name: object}

	// In the projected volume, the two files are from different sources.
	sources = []struct {
		name        string
		probe       func() []volume.VolumePlugin
		source      v1.VolumeSource
		left, right string // keys of the files
	}{
		{"ConfigMap", configmap.ProbeVolumePlugins, v1.VolumeSource{ConfigMap: &v1.ConfigMapVolumeSource{
			LocalObjectReference: reference, DefaultMode: &mode,
		}}, "left.yaml", "right.yaml"},
		{"Secret", secret.ProbeVolumePlugins, v1.VolumeSource{Secret: &v1.SecretVolumeSource{
			SecretName: object, DefaultMode: &mode,
		}}, "left.yaml", "right.yaml"},
		{"projected", projected.ProbeVolumePlugins, v1.VolumeSource{Projected: &v1.ProjectedVolumeSource{
			DefaultMode: &mode,
			Sources: []v1.VolumeProjection{
				{ConfigMap: &v1.ConfigMapProjection{LocalObjectReference: reference,
					Items: []v1.KeyToPath{{Key: "left.yaml", Path: "from/map/left.yaml"}}}},
				{Secret: &v1.SecretProjection{LocalObjectReference: reference,
					Items: []v1.KeyToPath{{Key: "right.yaml", Path: "from/secret/right.yaml"}}}},
			},
		}}, "from/map/left.yaml", "from/secret/right.yaml"},
	}
)

func TestEachUpdateByAVolumePluginReachesCurrentOnce(t *testing.T) {
	group := int64(os.Getgid())
	for _, s := range sources {
		for name, fsGroup := range map[string]*int64{s.name: nil, s.name + " with fsGroup": &group} {
			t.Run(name, func(t *testing.T) {
				client := clientfake.NewClientset()
				m := newMount(t, client, s.probe(), s.source, fsGroup)
				put(t, client, "one")
				m.sync(t)
				f := follow(t, never, filepath.Join(m.dir, s.left), filepath.Join(m.dir, s.right))

				put(t, client, "two")
				m.sync(t)
				f.changes(t, "two")
				m.sync(t) // the kubelet does it about every minute
				put(t, client, "three")
				m.sync(t)
				f.changes(t, "three")

				remove(t, client)
				if err := m.setUp(); err == nil {
					t.Error("no error of the kubelet's without the object")
				}
				put(t, client, "four") // the files were not removed in between
				m.sync(t)
				f.changes(t, "four")
				if got := f.store.Snapshot().Version; got != 4 {
					t.Errorf("version %d, want 4", got)
				}
			})
		}
	}
}

// mount is a volume of a pod that a plugin of the kubelet updates.
type mount struct {
	plugin  volume.VolumePlugin
	spec    *volume.Spec
	pod     *v1.Pod
	fsGroup *int64
	dir     string
}

func newMount(t *testing.T, client *clientfake.Clientset, probe []volume.VolumePlugin, source v1.VolumeSource, fsGroup *int64) *mount {
	t.Helper()
	host := volumetesting.NewFakeKubeletVolumeHost(t, t.TempDir(), client, emptydir.ProbeVolumePlugins())
	var plugins volume.VolumePluginMgr
	if err := plugins.InitPlugins(probe, nil, host); err != nil {
		t.Fatal(err)
	}
	spec := volume.NewSpecFromVolume(&v1.Volume{Name: "config", VolumeSource: source})
	plugin, err := plugins.FindPluginBySpec(spec)
	if err != nil {
		t.Fatal(err)
	}
	pod := &v1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "app-0", UID: "a-pod"}}
	m := &mount{plugin: plugin, spec: spec, pod: pod, fsGroup: fsGroup}
	mounter, err := m.mounter()
	if err != nil {
		t.Fatal(err)
	}
	m.dir = mounter.GetPath()
	return m
}

func (m *mount) mounter() (volume.Mounter, error) { return m.plugin.NewMounter(m.spec, m.pod) }

// setUp does what the kubelet does at each sync of the pod.
func (m *mount) setUp() error {
	mounter, err := m.mounter()
	if err != nil {
		return err
	}
	return mounter.SetUp(volume.MounterArgs{FsGroup: m.fsGroup})
}

func (m *mount) sync(t *testing.T) {
	t.Helper()
	if err := m.setUp(); err != nil {
		t.Fatal(err)
	}
}

// put sets value in the ConfigMap and the Secret, one half in each file.
func put(t *testing.T, client *clientfake.Clientset, value string) {
	t.Helper()
	left, right := "left: "+value, "right: "+value
	meta := metav1.ObjectMeta{Namespace: namespace, Name: object}
	for resource, object := range map[string]runtime.Object{
		"configmaps": &v1.ConfigMap{ObjectMeta: meta, Data: files{"left.yaml": left, "right.yaml": right}},
		"secrets":    &v1.Secret{ObjectMeta: meta, Data: map[string][]byte{"left.yaml": []byte(left), "right.yaml": []byte(right)}},
	} {
		kind := v1.SchemeGroupVersion.WithResource(resource)
		err := client.Tracker().Update(kind, object, namespace)
		if apierrors.IsNotFound(err) {
			err = client.Tracker().Create(kind, object, namespace)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// remove deletes both.
func remove(t *testing.T, client *clientfake.Clientset) {
	t.Helper()
	for _, resource := range []string{"configmaps", "secrets"} {
		if err := client.Tracker().Delete(v1.SchemeGroupVersion.WithResource(resource), namespace, object); err != nil {
			t.Fatal(err)
		}
	}
}
