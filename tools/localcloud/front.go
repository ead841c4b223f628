package localcloud

import (
	"cmp"
	"encoding/json"
	"net/http"
	"os"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/seastack/seastack/tools/localcloud/lambda"
	"github.com/seastack/seastack/tools/localcloud/origin"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// healthPath is the path of the health check.
const healthPath = "/_localcloud/health"

// DebugPath is the path of functions under a debugger; a function's name follows. PUT
// has a DebugRequest, DELETE ends the debugger.
const DebugPath = "/_localcloud/debug/"

// DebugRequest says what to run in the place of a function's code.
type DebugRequest struct {
	Command []string `json:"command"` // absolute path of a debugger, and its arguments
}

// serveDebug starts and ends debuggers. As with all of the local cloud, who reaches the
// port may run programs; web pages may not.
func serveDebug(functions *lambda.Service) http.HandlerFunc {
	return func(w http.ResponseWriter, req *http.Request) {
		name := strings.TrimPrefix(req.URL.Path, DebugPath)
		switch req.Method {
		case http.MethodPut:
			var in DebugRequest
			if err := json.NewDecoder(req.Body).Decode(&in); err != nil || len(in.Command) == 0 {
				refuse(w, http.StatusBadRequest, "InvalidRequest", "the body names no command")
				return
			}
			if err := functions.Debug(req.Context(), name, "live", in.Command); err != nil {
				refuse(w, http.StatusBadGateway, "DebuggerFailed", err.Error())
				return
			}
		case http.MethodDelete:
			functions.EndDebug(name)
		default:
			refuse(w, http.StatusMethodNotAllowed, "InvalidRequest", "use PUT or DELETE")
			return
		}
		w.WriteHeader(http.StatusNoContent)
	}
}

// Health is the answer of GET /_localcloud/health.
type Health struct {
	Status   string   `json:"status"` // "ok"
	Version  string   `json:"version"`
	PID      int      `json:"pid"`
	Account  string   `json:"account"`
	Region   string   `json:"region"`
	Endpoint string   `json:"endpoint"`
	State    string   `json:"state"`    // names the state: one that is lost is followed by one of another name
	Services []string `json:"services"` // signing names, sorted
}

// planes are the handlers that front chooses from.
type planes struct {
	control http.Handler
	data    []dataPlane  // APIs, functions' URLs and the issuer of tokens, which anyone may call, including web pages
	code    http.Handler // zips that GetFunction points to
	debug   http.Handler
}

// dataPlane is a handler of the requests that it owns.
type dataPlane struct {
	owns func(*http.Request) bool
	http.Handler
}

// dataOf returns the handler of a request for a data plane, nil if it is for none.
func (p planes) dataOf(req *http.Request) http.Handler {
	for _, d := range p.data {
		if d.owns(req) {
			return d
		}
	}
	return nil
}

// front passes each request to its handler. As on AWS, web pages may call APIs;
// AWS's own operations refuse requests of browsers, and code those of web pages.
func (c *Cloud) front(to planes) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		data := to.dataOf(req)
		isCode := strings.HasPrefix(req.URL.Path, lambda.CodePath)
		switch {
		case !origin.Local(req.Host):
			refuse(w, http.StatusForbidden, "ForbiddenHost",
				"the local cloud answers to loopback addresses and *.localhost only, not to "+req.Host)
		case req.URL.Path == healthPath && !origin.OtherSite(req):
			writeJSON(w, http.StatusOK, c.health())
		case strings.HasPrefix(req.URL.Path, DebugPath) && !origin.Browser(req) && !origin.OtherSite(req):
			to.debug.ServeHTTP(w, req)
		case data != nil:
			data.ServeHTTP(w, req)
		case origin.OtherSite(req):
			refuse(w, http.StatusForbidden, "ForbiddenOrigin", "the local cloud does not answer web pages; their APIs do")
		case isCode:
			to.code.ServeHTTP(w, req)
		case origin.Browser(req) || !wire.FromClient(req):
			refuse(w, http.StatusNotFound, "NotAnAWSRequest", "this is a local AWS endpoint: use an AWS client with "+
				"AWS_ENDPOINT_URL="+c.env.Endpoint+"; "+healthPath+" tells how it is")
		default:
			to.control.ServeHTTP(w, req)
		}
	})
}

func (c *Cloud) health() Health {
	h := Health{
		Status: "ok", Version: version(), PID: os.Getpid(),
		Account: c.env.Account, Region: c.env.Region, Endpoint: c.env.Endpoint, State: c.state,
	}
	for _, d := range c.definitions() {
		h.Services = append(h.Services, cmp.Or(d.Prefix, d.Name))
	}
	slices.Sort(h.Services)
	return h
}

func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "(devel)"
	}
	return info.Main.Version
}

func refuse(w http.ResponseWriter, status int, code, message string) {
	w.Header().Set("X-Amzn-Errortype", code)
	writeJSON(w, status, map[string]string{"code": code, "message": message})
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // the client is gone: there is no one to report an error to
}
