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

// Bounds of what the API server, or who poses as it, can make a handler do.
const (
	mostReview    = 8 << 20          // bytes of a body
	mostReviews   = 4                // judged at once; others wait
	reviewLimit   = 10 * time.Second // for an answer, unless the request says less
	mostMessage   = 4 << 10          // bytes
	mostWarnings  = 10
	longestNotice = 256 // bytes of a warning, of which the API server would cut more
)

// Admission returns a handler for a validating admission webhook of Kubernetes: it denies a
// ConfigMap or Secret whose configuration of type T is not good, before it is written, with
// the problems that "config check" prints of the manifest. It answers the AdmissionReview of
// admission.k8s.io/v1, of CREATE and UPDATE.
//
// choose says which objects hold a configuration, and under which keys of their data, as
// layers from the lowest to the highest; keys that an object does not have are left out. No
// keys stand for the only one of the object that ends in an extension that the service reads.
// An object with none of the keys is denied. All else is allowed: objects for which ok is
// false, other kinds and other operations. The name may be one that the API server has
// generated. choose must be safe for concurrent use.
//
// opts are those that the service gives to [config.Load]; the data is read in the place of the
// files, directories and sources that they name. Variables, flags and key directories count as
// they do for "config check", so the webhook needs those of the service, or [AdmissionAssume].
// Of the data, no
// variable is expanded and no file is opened that it refers to: that counts as set. Functions
// of [config.WithCheck] are not called, unless [AdmissionChecks] asks for it. Nothing is
// published, followed or stored, so the webhook's sideEffects are None.
//
// A denial has the problems of the object as [config.Error.Summary] renders them, in 4 KiB at
// most; what may be wrong with it comes as warnings. All of a Secret is secret, so that none of
// its values is shown, and of its unknown keys only those that resemble a key of T. Where the handler itself fails, because
// choose panics, the type or the options are at fault, or a variable or content of its own is
// wrong, of which no value is shown, or because the answer takes too long, the change is denied, unless
// [AdmissionFailOpen] is given.
//
// Four reviews are judged at a time, and others wait, for 10 seconds in all or what the query
// timeout of the API server says. Then the answer is 503 Service Unavailable. It is 413 for
// more than 8 MiB, 415 for what is no JSON and 400 for what is no AdmissionReview. For
// these, the failurePolicy of the manifest counts. The handler is safe for concurrent use, and
// has no access control: serve it by TLS, on a port of its own. Admission panics if choose is
// nil or an option is wrong.
func Admission[T any](choose func(kind, namespace, name string) (keys []string, ok bool), opts ...config.Option) http.Handler {
	a := &admission{choose: choose, check: config.Check[T], reviews: make(chan struct{}, mostReviews)}
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
	formats, err := config.FormatsOf(a.opts...)
	if err != nil {
		panic("confighttp: Admission: " + err.Error())
	}
	a.extensions = formats.Extensions
	return a
}

// AdmissionChecks has [Admission] call the functions of [config.WithCheck], as at a first load,
// with no running value. They are not called for a dry run, because they may have effects. It
// is an error for [config.Load]. By default, none is called: it would be called by the webhook,
// and not by the service.
func AdmissionChecks() config.Option {
	return newAdmissionOption("AdmissionChecks", func(a *admission) { a.checks = true })
}

// AdmissionAssume has [Admission] assume that keys are set which an object leaves to something
// else, such as a Secret: that they are not set is no problem, as for "config check
// --assume-set". It is an error for [config.Load]. By default, none is assumed to be set.
func AdmissionAssume(keys ...string) config.Option {
	return newAdmissionOption("AdmissionAssume", func(a *admission) { a.assumed = append(a.assumed, keys...) })
}

// AdmissionFailOpen has [Admission] allow a change, with a warning, where the handler itself
// fails. It is an error for [config.Load]. By default, the change is denied.
func AdmissionFailOpen() config.Option {
	return newAdmissionOption("AdmissionFailOpen", func(a *admission) { a.failOpen = true })
}

// admissionOption is an option of Admission alone. As one of package config, it is an error.
type admissionOption struct {
	config.Option
	set func(*admission)
}

func newAdmissionOption(name string, set func(*admission)) config.Option {
	return admissionOption{config.WithOverride(override.Override{Misplaced: name}), set}
}

// admission is the handler that Admission returns.
type admission struct {
	choose     func(kind, namespace, name string) (keys []string, ok bool)
	check      func(...config.Option) error
	opts       []config.Option
	extensions []string
	assumed    []string
	checks     bool
	failOpen   bool
	reviews    chan struct{} // has an element for each that is under way
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
	if err := await(ctx, a.reviews); err != nil {
		w.Header().Set("Retry-After", "1")
		refuse(w, r, false, http.StatusServiceUnavailable, err.Error())
		return
	}
	defer func() { <-a.reviews }()
	if deadline, ok := ctx.Deadline(); ok {
		_ = http.NewResponseController(w).SetReadDeadline(deadline) // where it can be set
	}
	q, status, err := readReview(w, r)
	if err != nil {
		refuse(w, r, false, status, err.Error())
		return
	}
	writeReview(w, r, a.judge(ctx, q))
}

// timeLimit returns how long an answer may take: somewhat less than the API server waits.
func timeLimit(r *http.Request) time.Duration {
	d, err := time.ParseDuration(r.URL.Query().Get("timeout"))
	if err != nil || d <= 0 || d > reviewLimit {
		d = reviewLimit
	}
	return d - d/10
}

// aChooser names the caller's function.
var aChooser = &guard.Func{Name: "the function of Admission"}

// judge answers a request.
func (a *admission) judge(ctx context.Context, q *reviewRequest) reviewResponse {
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
		failed = guard.Under(ctx).Call(aChooser, func() { keys, chosen = a.choose(kind.Kind, q.Namespace, q.Name) })
	})
	switch {
	case err != nil:
		return a.failed(q, err.Error())
	case failed != nil:
		return a.failed(q, failed.Error())
	case !chosen:
		return allow
	}
	places, err := a.documents(q, keys)
	if err != nil {
		return deny(q, redact.Escape(err.Error()))
	}
	var warnings []string
	warned := func(p any) {
		if p := p.(config.Problem); len(warnings) < mostWarnings && p.Origin.Kind == config.OriginFile && isOf(places, p) {
			warnings = append(warnings, redact.Cut(p.String(), longestNotice))
		}
	}
	by := override.Override{Documents: places, Assumed: a.assumed, NoChecks: !a.checks || q.DryRun, Warned: warned}
	err = a.check(append(slices.Clone(a.opts), config.WithContext(ctx), config.WithOverride(by))...)
	bad, rejected := errors.AsType[*config.Error](err)
	switch {
	case err == nil:
		allow.Warnings = warnings
		return allow
	case !rejected:
		return a.failed(q, err.Error())
	}
	whole := *bad
	whole.Problems = slices.DeleteFunc(slices.Clone(bad.Problems), func(p config.Problem) bool { return !isOf(places, p) })
	if !slices.ContainsFunc(whole.Problems, func(p config.Problem) bool { return !p.Warning }) {
		return a.failed(q, ownProblems(bad, places))
	}
	return deny(q, whole.Summary(mostMessage))
}

// documents returns what the object holds under the keys.
func (a *admission) documents(q *reviewRequest, keys []string) ([]source.Place, error) {
	o, err := readObject(q.Object)
	if err != nil {
		return nil, err
	}
	files := o.files(q.Kind.Kind)
	chosen := manifest.Choose(slices.Sorted(maps.Keys(files)), keys, a.extensions)
	switch {
	case len(chosen) > 1 && len(keys) == 0:
		return nil, fmt.Errorf("the %s has %s and %s, and the webhook does not say which is the configuration", q.Kind.Kind, chosen[0], chosen[1])
	case len(chosen) == 0 && len(keys) > 0:
		return nil, fmt.Errorf("the %s has no key %s, so a pod finds no such file", q.Kind.Kind, strings.Join(keys, " or "))
	case len(chosen) == 0:
		return nil, fmt.Errorf("the %s has no key that ends in %s", q.Kind.Kind, load.ListExtensions(a.extensions))
	}
	var places []source.Place
	for _, key := range chosen {
		data, err := manifest.Data(files[key].text, files[key].isBase64)
		if err != nil {
			return nil, fmt.Errorf("%s is not base64", key)
		}
		places = append(places, manifest.Document(q.Kind.Kind, key, key, data, source.Margin{}))
	}
	return places, nil
}

// isOf reports whether a problem is one of the object that was sent, at these places, rather
// than of what the webhook has itself.
func isOf(places []source.Place, p config.Problem) bool {
	switch {
	case p.Code == config.CodeSchema, p.Code == config.CodeFlags:
		return false
	case p.Origin.Kind == config.OriginFile:
		return slices.ContainsFunc(places, func(at source.Place) bool { return at.Path == p.Origin.Name })
	}
	return p.Origin.Kind == config.OriginNone || p.Origin.Kind == ""
}

// ownProblems says what is wrong with what the webhook has itself, but for its values, which
// are no business of whoever sends an object.
func ownProblems(bad *config.Error, places []source.Place) string {
	var all []string
	for _, p := range bad.Problems {
		if isOf(places, p) || p.Warning {
			continue
		}
		all = append(all, strings.TrimPrefix(p.Key+" ", " ")+p.Origin.String()+" ["+p.Code+"]")
	}
	return "its own configuration is not good: " + strings.Join(all, ", ")
}

// deny denies a change, with a message that is escaped.
func deny(q *reviewRequest, message string) reviewResponse {
	return reviewResponse{UID: q.UID, Status: &reviewStatus{Status: "Failure", Reason: "Invalid", Code: http.StatusUnprocessableEntity,
		Message: redact.Cut(message, mostMessage)}}
}

// failed is the answer where the handler could not judge a change.
func (a *admission) failed(q *reviewRequest, why string) reviewResponse {
	why = redact.Escape("config: the webhook cannot judge this: " + strings.TrimPrefix(why, "config: "))
	if a.failOpen {
		return reviewResponse{UID: q.UID, Allowed: true, Warnings: []string{redact.Cut(why, longestNotice)}}
	}
	return reviewResponse{UID: q.UID, Status: &reviewStatus{Status: "Failure", Reason: "InternalError", Code: http.StatusInternalServerError,
		Message: redact.Cut(why, mostMessage)}}
}
