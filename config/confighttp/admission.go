package confighttp

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"mime"
	"net/http"
	"slices"
	"strings"
	"time"

	"example.com/lastgood/config"
	"example.com/lastgood/internal/guard"
	"example.com/lastgood/internal/load"
	"example.com/lastgood/internal/manifest"
	"example.com/lastgood/internal/override"
	"example.com/lastgood/internal/redact"
	"example.com/lastgood/internal/source"
)

// Limits on what the API server, or another client, can make the handler do.
const (
	maxReviewTime   = 10 * time.Second // for an answer, unless the request has a shorter timeout
	maxReviews      = 4                // validated at once; others wait
	maxMessageBytes = 4 << 10
	maxWarnings     = 10
	maxWarningBytes = 256 // the API server would truncate a longer one
)

// Admission returns the handler of a validating admission webhook of Kubernetes. It denies a
// ConfigMap or Secret before it is written if its configuration of type T is not good, with the
// problems that "config check" prints of the manifest. It answers AdmissionReviews of
// admission.k8s.io/v1.
//
// choose selects the objects that contain a configuration, and the keys of their data with it, as
// layers from the lowest to the highest. Keys that an object does not have are left out; an object
// with none of them is denied. If keys is empty, it is the only key of the object with an extension
// that the service reads. Objects for which ok is false, other kinds, and operations other than
// CREATE and UPDATE are allowed. The name may be one that the API server has generated. choose must
// be safe for concurrent use.
//
// opts are those that the service gives to [config.Load]; the data replaces the files, directories
// and sources that they name. Variables, flags and key directories count as they do for
// "config check", so the webhook needs those of the service, or [AdmissionAssume]. In the data, no
// variable is expanded and no file is opened: a value that refers to one counts as set, and is not
// validated. The functions of [config.WithCheck] are called only with [AdmissionChecks]. Nothing
// is published, followed or stored, so the webhook's sideEffects are None.
//
// A denial has the problems of the object as [config.Error.Summary] renders them, in at most 4 KiB;
// an allowed object has at most 10 warnings. Everything in a Secret is secret: none of its values
// is shown, and of its unknown keys only those that resemble a key of T. If the handler itself
// fails, the change is denied, unless [AdmissionFailOpen] is given: choose panics, the type is at
// fault, a variable or content of the webhook's own is not good, of which no value is shown, or the
// review takes too long.
//
// Four reviews are validated at a time, and others wait: 10 seconds in all, or what the query
// "timeout" of the API server allows. After that, the answer is 503 Service Unavailable. A client
// has 3 seconds to send the body, or gets 408; while it sends the first 128 KiB, it occupies none of
// the four places. The body may have 8 MiB (413), and must be JSON (415) and an AdmissionReview
// (400). After all of these, the failurePolicy of the manifest applies.
//
// The handler is safe for concurrent use. It has no access control: serve it over TLS, on a port of
// its own. Admission panics if choose is nil or an option is wrong.
func Admission[T any](choose func(kind, namespace, name string) (keys []string, ok bool), opts ...config.Option) http.Handler {
	a := &admission{choose: choose, check: config.Check[T], reviews: make(chan struct{}, maxReviews), largeBodies: make(chan struct{}, maxLargeBodies)}
	if choose == nil {
		panic("confighttp: Admission: the function is nil")
	}
	for i, opt := range opts {
		switch own, ok := opt.(admissionOption); {
		case opt == nil:
			panic(fmt.Sprintf("confighttp: Admission: option %d is nil", i+1))
		case ok:
			own.set(a)
		default:
			a.opts = append(a.opts, opt)
		}
	}
	formats, err := config.FormatsOf[T](append(slices.Clone(a.opts), config.WithOverride(override.Override{Assumed: a.assumed}))...)
	if unknown := override.NoKey(""); errors.As(err, &unknown) {
		panic("confighttp: AdmissionAssume: " + err.Error())
	}
	if err != nil {
		panic("confighttp: Admission: " + err.Error())
	}
	a.extensions = formats.Extensions
	return a
}

// AdmissionChecks makes [Admission] call the functions of [config.WithCheck] as at a first load,
// without a running value. They are not called for a dry run, because they may have side effects.
// With [config.Load], the option is an error. By default, they are not called, because they would
// run in the webhook rather than in the service.
func AdmissionChecks() config.Option {
	return newAdmissionOption("AdmissionChecks", func(a *admission) { a.checks = true })
}

// AdmissionAssume names keys that are set elsewhere than in the reviewed object, such as by a
// Secret: it is no problem if they are not set, as for "config check --assume-set". [Admission]
// panics if T has no such key. With [config.Load], the option is an error. By default, no key is
// assumed to be set.
func AdmissionAssume(keys ...string) config.Option {
	return newAdmissionOption("AdmissionAssume", func(a *admission) { a.assumed = append(a.assumed, keys...) })
}

// AdmissionFailOpen makes [Admission] allow a change, with a warning, if the handler itself fails.
// With [config.Load], the option is an error. By default, the change is denied.
func AdmissionFailOpen() config.Option {
	return newAdmissionOption("AdmissionFailOpen", func(a *admission) { a.failOpen = true })
}

// admissionOption is an option for Admission alone. For package config, it is an error.
type admissionOption struct {
	config.Option
	set func(*admission)
}

func newAdmissionOption(name string, set func(*admission)) config.Option {
	return admissionOption{config.WithOverride(override.Override{Misplaced: name}), set}
}

// admission is the handler that Admission returns.
type admission struct {
	choose      func(kind, namespace, name string) (keys []string, ok bool)
	check       func(...config.Option) error
	opts        []config.Option
	extensions  []string
	assumed     []string
	checks      bool
	failOpen    bool
	reviews     chan struct{} // has an element for each review that is being validated
	largeBodies chan struct{} // has an element for each request with more than freeBodyBytes
}

func (a *admission) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Cache-Control", "no-store")
	if !allowed(w, r, false, http.MethodPost) {
		return
	}
	if media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || media != "application/json" {
		refuse(w, r, false, http.StatusUnsupportedMediaType, "the Content-Type is not application/json")
		return
	}
	ctx, cancel := context.WithTimeoutCause(r.Context(), timeLimit(r), errBusy)
	defer cancel()
	body, release, err := a.readBody(ctx, w, r)
	if err == nil {
		defer release()
		err = acquire(ctx, a.reviews)
	}
	if err != nil {
		status := statusOf(err)
		if status == http.StatusServiceUnavailable {
			w.Header().Set("Retry-After", "1")
		}
		refuse(w, r, false, status, err.Error())
		return
	}
	defer func() { <-a.reviews }()
	q, err := parseReview(body)
	if err != nil {
		refuse(w, r, false, http.StatusBadRequest, err.Error())
		return
	}
	writeReview(w, r, a.review(ctx, q))
}

// timeLimit returns how long an answer may take: nine tenths of what the API server waits.
func timeLimit(r *http.Request) time.Duration {
	d, err := time.ParseDuration(r.URL.Query().Get("timeout"))
	if err != nil || d <= 0 || d > maxReviewTime {
		d = maxReviewTime
	}
	return d - d/10
}

// chooseFunc is the name of the caller's function in errors.
var chooseFunc = &guard.Func{Name: "the function of Admission"}

// review returns the answer to a request.
func (a *admission) review(ctx context.Context, q *reviewRequest) reviewResponse {
	allow := reviewResponse{UID: q.UID, Allowed: true}
	kind := q.Kind
	if kind.Group != "" || kind.Version != "v1" || kind.Kind != "ConfigMap" && kind.Kind != "Secret" ||
		q.SubResource != "" || q.Operation != "CREATE" && q.Operation != "UPDATE" {
		return allow
	}
	var keys []string
	var chosen bool
	var failed *guard.Error
	err := guard.Run(ctx, nil, load.CallLimit, func(ctx context.Context) {
		failed = guard.Under(ctx).Call(chooseFunc, func() { keys, chosen = a.choose(kind.Kind, q.Namespace, q.Name) })
	})
	switch {
	case err != nil:
		return a.failed(q, err.Error())
	case failed != nil:
		return a.failed(q, failed.Error())
	case !chosen:
		return allow
	}
	documents, err := a.documents(q, keys)
	if err != nil {
		return deny(q, redact.Escape(err.Error()))
	}
	var warnings []string
	warned := func(p any) {
		if p := p.(config.Problem); len(warnings) < maxWarnings && p.Origin.Kind == config.OriginFile && isOfObject(documents, p) {
			warnings = append(warnings, redact.Cut(p.String(), maxWarningBytes))
		}
	}
	by := override.Override{Documents: documents, Assumed: a.assumed, NoChecks: !a.checks || q.DryRun, Warned: warned}
	err = a.check(append(slices.Clone(a.opts), config.WithContext(ctx), config.WithOverride(by))...)
	bad, rejected := errors.AsType[*config.Error](err)
	switch {
	case err == nil:
		allow.Warnings = warnings
		return allow
	case !rejected:
		return a.failed(q, err.Error())
	}
	ofObject := *bad
	ofObject.Problems = slices.DeleteFunc(slices.Clone(bad.Problems), func(p config.Problem) bool { return !isOfObject(documents, p) })
	if !slices.ContainsFunc(ofObject.Problems, func(p config.Problem) bool { return !p.Warning }) {
		return a.failed(q, ownProblems(bad, documents))
	}
	return deny(q, ofObject.Summary(maxMessageBytes))
}

// documents returns the object's data of the keys.
func (a *admission) documents(q *reviewRequest, keys []string) ([]source.Place, error) {
	o, err := parseObject(q.Object)
	if err != nil {
		return nil, err
	}
	values := o.values(q.Kind.Kind)
	chosen := manifest.Choose(slices.Sorted(maps.Keys(values)), keys, a.extensions)
	switch {
	case len(chosen) > 1 && len(keys) == 0:
		return nil, fmt.Errorf("the %s has %s and %s, and the webhook names neither as the configuration", q.Kind.Kind, chosen[0], chosen[1])
	case len(chosen) == 0 && len(keys) > 0:
		return nil, fmt.Errorf("the %s has no key %s, so a pod finds no such file", q.Kind.Kind, strings.Join(keys, " or "))
	case len(chosen) == 0:
		return nil, fmt.Errorf("the %s has no key that ends in %s", q.Kind.Kind, load.ListExtensions(a.extensions))
	}
	var documents []source.Place
	for _, key := range chosen {
		data, err := manifest.Data(values[key].text, values[key].isBase64)
		if err != nil {
			return nil, fmt.Errorf("%s is not base64", key)
		}
		documents = append(documents, manifest.Document(q.Kind.Kind, key, key, data, source.Margin{}))
	}
	return documents, nil
}

// isOfObject reports whether a problem is one of the reviewed object rather than of the webhook's
// own configuration.
func isOfObject(documents []source.Place, p config.Problem) bool {
	switch {
	case p.Code == config.CodeSchema, p.Code == config.CodeFlags:
		return false
	case p.Origin.Kind == config.OriginFile:
		return slices.ContainsFunc(documents, func(d source.Place) bool { return d.Path == p.Origin.Name })
	}
	return p.Origin.Kind == config.OriginNone || p.Origin.Kind == ""
}

// ownProblems returns the places and codes of the problems of the webhook's own configuration.
// Values are left out: whoever sends an object must not see them.
func ownProblems(bad *config.Error, documents []source.Place) string {
	var all []string
	for _, p := range bad.Problems {
		if isOfObject(documents, p) || p.Warning {
			continue
		}
		all = append(all, strings.TrimPrefix(p.Key+" ", " ")+p.Origin.String()+" ["+p.Code+"]")
	}
	return "its own configuration is not good: " + strings.Join(all, ", ")
}

// deny returns the denial of a change. The message must be escaped.
func deny(q *reviewRequest, message string) reviewResponse {
	return reviewResponse{UID: q.UID, Status: &reviewStatus{Status: "Failure", Reason: "Invalid", Code: http.StatusUnprocessableEntity,
		Message: redact.Cut(message, maxMessageBytes)}}
}

// failed returns the answer if the handler could not validate a change.
func (a *admission) failed(q *reviewRequest, why string) reviewResponse {
	why = redact.Escape("config: the webhook cannot validate this: " + strings.TrimPrefix(why, "config: "))
	if a.failOpen {
		return reviewResponse{UID: q.UID, Allowed: true, Warnings: []string{redact.Cut(why, maxWarningBytes)}}
	}
	return reviewResponse{UID: q.UID, Status: &reviewStatus{Status: "Failure", Reason: "InternalError", Code: http.StatusInternalServerError,
		Message: redact.Cut(why, maxMessageBytes)}}
}
