package functionurl

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"net/http"

	"github.com/seastack/seastack/tools/localcloud/httpevent"
	"github.com/seastack/seastack/tools/localcloud/lambda/stream"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// integrationType is the Content-Type of an answer that begins with its status and
// its headers, as JSON, and eight NUL bytes.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html#runtimes-custom-response-streaming
const integrationType = "application/vnd.awslambda.http-integration-response"

// delimiter ends the prelude, which has maxPrelude bytes at most.
var delimiter = make([]byte, 8)

const maxPrelude = 1 << 20

// pass sends the answer to the client while it comes, and reports whether all of
// it was there. Without a prelude that can be read, nothing is sent.
func (x *exchange) pass(a *stream.Answer) (complete bool) {
	kind, ok := a.Begun()
	if !ok {
		return false
	}
	body := bufio.NewReader(a)
	r := httpevent.Response{Status: http.StatusOK, Headers: map[string]string{"Content-Type": kind}}
	if kind == integrationType {
		var err error
		if r, err = readPrelude(body); err != nil {
			x.env.Log.Warn("function URL", "function", x.names.ARN(x.Function), "err", err)
			return false
		}
	}
	r.Header(x.w.Header(), func(name string) bool { return x.Cors.owns(name) || connectionHeaders[name] })
	x.w.WriteHeader(r.Status)
	if !httpevent.HasBody(r.Status) || x.req.Method == http.MethodHead {
		_, err := io.Copy(io.Discard, body)
		return err == nil
	}
	to := wire.Flushing(x.w)
	_, _ = to.Write(nil) // the header goes out before the body
	return send(to, body)
}

// connectionHeaders are the headers that the server itself sets, by their names in
// lower case.
var connectionHeaders = map[string]bool{
	"connection": true, "content-length": true, "keep-alive": true, "trailer": true, "transfer-encoding": true,
	"upgrade": true,
}

// send copies a body, and reports whether it was complete. A function whose client
// has left goes on, as on AWS.
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html
func send(to io.Writer, body io.Reader) bool {
	_, err := io.Copy(to, body)
	if err != nil && !errors.Is(err, stream.ErrBroken) {
		_, err = io.Copy(io.Discard, body)
	}
	return err == nil
}

// readPrelude reads the status and the headers of an answer.
func readPrelude(from *bufio.Reader) (httpevent.Response, error) {
	var raw []byte
	for !bytes.HasSuffix(raw, delimiter) {
		b, err := from.ReadByte()
		if err != nil {
			return httpevent.Response{}, err
		}
		if raw = append(raw, b); len(raw) > maxPrelude {
			return httpevent.Response{}, errors.New("the prelude of the answer does not end")
		}
	}
	return parsePrelude(bytes.TrimSuffix(raw, delimiter))
}

func parsePrelude(raw []byte) (httpevent.Response, error) {
	var prelude struct {
		StatusCode int
		Headers    map[string]string
		Cookies    []string
	}
	if err := json.Unmarshal(raw, &prelude); err != nil {
		return httpevent.Response{}, err
	}
	r := httpevent.Response{
		Status: cmp.Or(prelude.StatusCode, http.StatusOK), Headers: prelude.Headers, Cookies: prelude.Cookies,
	}
	if r.Status < 200 || r.Status > 599 {
		return r, errors.New("the prelude of the answer has no HTTP status")
	}
	return r, nil
}
