package kubelet_test

import (
	"os"
	"testing"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"sigs.k8s.io/yaml"
)

// The manifests of the example have no unknown field and no field of a wrong type for the API server.
func TestTheManifestsOfTheExampleAreValidForTheAPI(t *testing.T) {
	for name, object := range map[string]any{
		"configmap.yaml":  &corev1.ConfigMap{},
		"secret.yaml":     &corev1.Secret{},
		"service.yaml":    &corev1.Service{},
		"deployment.yaml": &appsv1.Deployment{},

		"admission/deployment.yaml": &appsv1.Deployment{},
		"admission/service.yaml":    &corev1.Service{},
		"admission/webhook.yaml":    &admissionregistrationv1.ValidatingWebhookConfiguration{},

		"api/serviceaccount.yaml": &corev1.ServiceAccount{},
		"api/role.yaml":           &rbacv1.Role{},
		"api/rolebinding.yaml":    &rbacv1.RoleBinding{},
	} {
		data, err := os.ReadFile("../../example/k8s/" + name)
		if err != nil {
			t.Fatal(err)
		}
		if err := yaml.UnmarshalStrict(data, object); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
