package apigateway

import (
	"net/http"
	"strings"

	"github.com/seastack/seastack/tools/localcloud/httpevent"
)

// answer writes the function's answer.
func (x *exchange) answer(w http.ResponseWriter, raw []byte) {
	r, err := httpevent.ParseResponse(raw)
	if err != nil {
		x.fail(w, http.StatusInternalServerError, failed)
		x.failure = "The response from the Lambda function doesn't match the format that API Gateway expects: " + err.Error()
		return
	}
	r.Write(w, x.req.Method, func(name string) bool { // where it has CORS, the API's configuration decides
		return x.api.CORS != nil && strings.HasPrefix(name, "access-control-")
	})
}
