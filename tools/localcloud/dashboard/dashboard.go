package dashboard

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/seastack/seastack/tools/localcloud/apigateway"
	"github.com/seastack/seastack/tools/localcloud/dashboard/activity"
	"github.com/seastack/seastack/tools/localcloud/dashboard/module"
	"github.com/seastack/seastack/tools/localcloud/events"
	"github.com/seastack/seastack/tools/localcloud/issuer"
	"github.com/seastack/seastack/tools/localcloud/lambda"
	"github.com/seastack/seastack/tools/localcloud/logs"
	"github.com/seastack/seastack/tools/localcloud/s3"
	"github.com/seastack/seastack/tools/localcloud/scheduler"
	"github.com/seastack/seastack/tools/localcloud/sqs"
	"github.com/seastack/seastack/tools/localcloud/traces"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// Path is the path of the first page; the others are below Pages.
const (
	Path  = "/_localcloud/"
	Pages = Path + "ui/"
)

// Cloud holds the services of the cloud that is shown.
type Cloud struct {
	Env       *wire.Env
	Activity  *activity.Log
	Functions *lambda.Service
	Queues    *sqs.Service
	Objects   *s3.Service
	Schedules *scheduler.Service
	Logs      *logs.Service
	Rules     *events.Service
	APIs      *apigateway.Service
	Issuer    *issuer.Issuer
	Traces    *traces.Store
}

// Dashboard serves the pages. Create it with New.
type Dashboard struct {
	Cloud
	module *module.File
	mux    *http.ServeMux
	pages  map[string]*template.Template
	client *http.Client
	ended  chan struct{} // closed when live streams must end
	once   sync.Once
}

//go:embed templates
var templates embed.FS

//go:embed static
var static embed.FS

// New returns the dashboard of a cloud.
func New(c Cloud) (*Dashboard, error) {
	d := &Dashboard{Cloud: c, module: module.In(c.Env.Dir), ended: make(chan struct{}), client: newClient()}
	var err error
	if d.pages, err = parsePages(); err != nil {
		return nil, err
	}
	d.mux = d.routes()
	return d, nil
}

// Close ends the live streams. It may be called more than once.
func (d *Dashboard) Close() { d.once.Do(func() { close(d.ended) }) }

// Owns reports whether a request is for the dashboard.
func (d *Dashboard) Owns(req *http.Request) bool {
	return req.URL.Path == Path || req.URL.Path+"/" == Path || strings.HasPrefix(req.URL.Path, Pages)
}

func (d *Dashboard) routes() *http.ServeMux {
	mux := http.NewServeMux()
	mux.Handle("GET "+Pages+"static/", http.StripPrefix(Pages, cached(http.FileServerFS(static))))
	mux.HandleFunc("GET "+Pages+"invocations/live", d.live)
	mux.HandleFunc("GET "+Pages+"objects/{bucket}/download", d.download)
	for pattern, page := range map[string]func(*http.Request) (view, error){
		"GET " + Path + "{$}":                        d.overview,
		"GET " + Pages + "map":                       d.showMap,
		"GET " + Pages + "functions":                 d.listFunctions,
		"GET " + Pages + "functions/{name}":          d.showFunction,
		"POST " + Pages + "functions/{name}/request": d.sendRequest,
		"POST " + Pages + "functions/{name}/invoke":  d.invoke,
		"GET " + Pages + "invocations":               d.listInvocations,
		"GET " + Pages + "invocations/{id}":          d.showInvocation,
		"GET " + Pages + "traces":                    d.listTraces,
		"GET " + Pages + "traces/{id}":               d.showTrace,
		"GET " + Pages + "logs":                      d.searchLogs,
		"GET " + Pages + "queues":                    d.listQueues,
		"GET " + Pages + "queues/{name}":             d.showQueue,
		"POST " + Pages + "queues/{name}/redrive":    d.redrive,
		"GET " + Pages + "objects":                   d.listBuckets,
		"GET " + Pages + "objects/{bucket}":          d.listObjects,
		"GET " + Pages + "schedules":                 d.listSchedules,
		"POST " + Pages + "schedules/run":            d.runSchedule,
		"GET " + Pages + "requests":                  d.listRequests,
		"GET " + Pages + "database":                  d.showDatabase,
		"GET " + Pages + "cost":                      d.showCost,
	} {
		mux.Handle(pattern, d.page(page))
	}
	mux.Handle(Pages, d.page(func(req *http.Request) (view, error) {
		return view{}, notFound("there is no page %s", req.URL.Path)
	}))
	return mux
}

// cached lets a browser keep files for an hour: their addresses change with their
// content.
func cached(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if req.URL.Query().Get("v") != "" {
			w.Header().Set("Cache-Control", "private, max-age=3600")
		}
		h.ServeHTTP(w, req)
	})
}

// ServeHTTP serves a request that Owns has let in.
func (d *Dashboard) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	protect(w.Header())
	switch reason := refusal(req); {
	case reason != "":
		http.Error(w, reason, http.StatusForbidden)
	case req.URL.Path+"/" == Path:
		http.Redirect(w, req, Path, http.StatusPermanentRedirect)
	default:
		req.Body = http.MaxBytesReader(w, req.Body, maxForm)
		d.mux.ServeHTTP(w, req)
	}
}

// maxForm is the most bytes of a form: a payload of Lambda's 6 MB, which a form
// writes with up to three bytes for one.
const maxForm = 20 << 20

// view is what a page shows.
type view struct {
	page     string // name of the template
	title    string
	data     any
	status   int    // 200 if zero
	redirect string // the page that is shown instead
}

// problem is an error that a page tells its user.
type problem struct {
	status int
	text   string
}

func (p problem) Error() string { return p.text }

func notFound(format string, args ...any) error {
	return problem{http.StatusNotFound, fmt.Sprintf(format, args...)}
}

func badRequest(format string, args ...any) error {
	return problem{http.StatusBadRequest, fmt.Sprintf(format, args...)}
}

// page returns the handler of a page.
func (d *Dashboard) page(show func(*http.Request) (view, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		v, err := show(req)
		if err != nil {
			v = d.failed(req, err)
		}
		if v.redirect != "" {
			http.Redirect(w, req, v.redirect, http.StatusSeeOther)
			return
		}
		d.render(w, req, v)
	})
}

// failed returns the page of an error.
func (d *Dashboard) failed(req *http.Request, err error) view {
	status, text := http.StatusInternalServerError, err.Error()
	if p, ok := errors.AsType[problem](err); ok {
		status = p.status
	} else if e, ok := errors.AsType[*wire.Error](err); ok {
		status, text = e.HTTPStatus(), e.Message
	} else {
		d.Env.Log.Error("dashboard", "path", req.URL.Path, "err", err)
	}
	return view{page: "error", title: http.StatusText(status), status: status, data: text}
}

// frame is what each page's template gets.
type frame struct {
	Title   string
	Path    string
	Project string
	Now     time.Time
	Styles  string // address
	Script  string
	Data    any
}

func (d *Dashboard) render(w http.ResponseWriter, req *http.Request, v view) {
	t := d.pages[v.page]
	x, err := d.module.Load()
	if err != nil {
		d.Env.Log.Error("dashboard: the description of the module", "err", err)
	}
	var b bytes.Buffer
	err = t.Execute(&b, frame{
		Title: v.title, Path: req.URL.Path, Project: x.Project, Now: d.Env.Now(), Data: v.data,
		Styles: versioned("style.css"), Script: versioned("app.js"),
	})
	if err != nil {
		d.Env.Log.Error("dashboard", "page", v.page, "err", err)
		http.Error(w, "the page cannot be shown: "+err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if v.status != 0 {
		w.WriteHeader(v.status)
	}
	_, _ = w.Write(b.Bytes()) // the client is gone: there is no one to report an error to
}
