package run

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/seastack/seastack/gen/diag"
	"github.com/seastack/seastack/tools/localcloud/apigateway"
	"github.com/seastack/seastack/tools/localcloud/origin"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// listen takes the port of loopback that functions are reached on; 0 is a free one.
func listen(port int) (net.Listener, error) {
	l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, diag.Diagnostic{Code: diag.RunPortTaken, Message: "another program listens on port " + strconv.Itoa(port),
			Next: "end it, or choose another port with --port; without the flag a free one is taken"}
	}
	return l, err
}

// server serves the routes on all paths but Lambda's own, and functions' URLs on hosts
// of their own.
type server struct {
	http     *http.Server
	listener net.Listener
	cloud    *cloud
	api      atomic.Value // ID; there is none until all routes are made
	failed   chan error
}

func serve(l net.Listener, c *cloud) *server {
	s := &server{listener: l, cloud: c, failed: make(chan error, 1)}
	s.http = &http.Server{Handler: s, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute}
	go func() {
		if err := s.http.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			s.failed <- err
		}
	}()
	return s
}

func (s *server) endpoint() string { return "http://" + s.listener.Addr().String() }

// urlOf returns the URL of a function, by the URL's ID.
func (s *server) urlOf(id string) string {
	_, port, _ := net.SplitHostPort(s.listener.Addr().String())
	return "http://" + net.JoinHostPort(id+".lambda-url."+s.cloud.env.Region+".localhost", port) + "/"
}

// ServeHTTP passes a request on. Only names of this machine are answered, so that a web
// page cannot reach the functions by a name of its own.
func (s *server) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	switch {
	case !origin.Local(req.Host):
		http.Error(w, "seastack run answers to loopback addresses only", http.StatusForbidden)
	case s.cloud.functions.URLs().Owns(req):
		if origin.OtherSite(req) {
			http.Error(w, "seastack run does not answer other sites' web pages here", http.StatusForbidden)
			return
		}
		s.cloud.functions.URLs().ServeHTTP(w, req)
	case isControl(req):
		s.cloud.control.ServeHTTP(w, req)
	default:
		s.cloud.gateway.DataPlane().ServeHTTP(w, s.toAPI(req))
	}
}

// isControl reports whether a request is one of the operations of Lambda or API Gateway
// from a client of AWS.
func isControl(req *http.Request) bool {
	path := req.URL.Path
	isOperation := strings.HasPrefix(path, "/2015-03-31/functions") || strings.HasPrefix(path, "/2021-10-31/functions/") || strings.HasPrefix(path, "/v2/apis")
	return isOperation && wire.FromClient(req) && !origin.Browser(req)
}

// toAPI returns the request as the local cloud's API Gateway knows it.
func (s *server) toAPI(req *http.Request) *http.Request {
	id, _ := s.api.Load().(string)
	before := apigateway.DataPath + id
	to := req.Clone(req.Context())
	to.URL = &url.URL{Path: before + req.URL.Path, RawQuery: req.URL.RawQuery}
	if req.URL.RawPath != "" {
		to.URL.RawPath = before + req.URL.RawPath
	}
	return to
}

// grace is how long requests may take to end.
const grace = 2 * time.Second

func (s *server) close() error {
	ctx, cancel := context.WithTimeout(context.Background(), grace)
	defer cancel()
	if err := s.http.Shutdown(ctx); err != nil {
		return s.http.Close()
	}
	return nil
}
