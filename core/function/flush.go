package function

import (
	"bytes"
	"context"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/seastack/seastack/core/telemetry"
)

// nextRequest is how the runtime asks for an invocation. Lambda has the answer to the
// one before then, and freezes the process until there is another.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html#runtimes-api-next
var nextRequest = []byte("GET /2018-06-01/runtime/invocation/next ")

// exportBetween has spans exported after each invocation's answer and before the
// process is frozen, where the function is traced. aws-lambda-go has no hook there;
// its client's connections are those of http.DefaultTransport's settings.
func exportBetween() {
	started.Store(time.Now().UnixNano())
	transport, ok := http.DefaultTransport.(*http.Transport)
	if !telemetry.On() || !ok {
		return
	}
	api, dial := os.Getenv("AWS_LAMBDA_RUNTIME_API"), transport.DialContext
	if dial == nil {
		dial = (&net.Dialer{}).DialContext
	}
	transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dial(ctx, network, address)
		if err != nil || address != api {
			return conn, err
		}
		return flushingConn{conn}, nil
	}
}

// flushingConn is a connection to the Runtime API.
type flushingConn struct{ net.Conn }

// Write exports before it asks for an invocation. A request's head is at the
// beginning of what net/http writes.
func (c flushingConn) Write(p []byte) (int, error) {
	if bytes.HasPrefix(p, nextRequest) {
		telemetry.Flush()
	}
	return c.Conn.Write(p)
}
