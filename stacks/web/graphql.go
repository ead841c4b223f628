package web

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/seastack/seastack/core/function"
)

// Graph answers GraphQL queries. The interface keeps the GraphQL library out of the
// stack's package, and so out of its other functions: only the function whose handler
// takes a Graph links it.
type Graph interface {
	// Query returns the response to a query, as JSON, and reports whether the query
	// was executed; one that is malformed is not.
	Query(
		ctx context.Context, query, operation string, variables map[string]any,
	) (response json.RawMessage, executed bool, err error)
}

// GraphQL serves /graphql.
type GraphQL struct{ graph Graph }

// NewGraphQL returns the handler on the graph.
func NewGraphQL(graph Graph) *GraphQL { return &GraphQL{graph: graph} }

// maxGraphQLBody is how many bytes a request may have: a query and its variables.
const maxGraphQLBody = 64 << 10

// graphQLRequest is the body of a request.
// https://graphql.github.io/graphql-over-http/draft/#sec-Request-Parameters
type graphQLRequest struct {
	Query         string          `json:"query"`
	OperationName string          `json:"operationName"`
	Variables     map[string]any  `json:"variables"`
	Extensions    json.RawMessage `json:"extensions"` // may come, and means nothing here
}

// ServeHTTP answers a query. A request that is no query of GraphQL is answered with a
// problem, a query that is malformed or too large with 400 and GraphQL's errors, and
// one that was executed with 200, whatever its errors are.
//
//seastack:http POST /graphql auth=jwt
//seastack:function name=graphql
func (h *GraphQL) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	request, err := readGraphQL(r)
	if err != nil {
		function.Error(w, r, err)
		return
	}
	response, executed, err := h.graph.Query(r.Context(), request.Query, request.OperationName, request.Variables)
	if err != nil {
		function.Error(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	if !executed {
		w.WriteHeader(http.StatusBadRequest)
	}
	_, _ = w.Write(response) // a client that has left needs no answer
}

func readGraphQL(r *http.Request) (request graphQLRequest, err error) {
	if r.Method != http.MethodPost {
		return request, problem(http.StatusMethodNotAllowed, "Queries are sent with POST.")
	}
	if !isJSON(r.Header.Get("Content-Type")) {
		return request, problem(http.StatusUnsupportedMediaType, "The body must be application/json in UTF-8.")
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxGraphQLBody+1))
	if err != nil {
		return request, err
	}
	if len(body) > maxGraphQLBody {
		return request, problem(http.StatusRequestEntityTooLarge, "The body is larger than a query may be.")
	}
	if err := decodeGraphQL(body, &request); err != nil {
		return request, problem(http.StatusBadRequest, "The body is no query of GraphQL: "+err.Error()+".")
	}
	return request, nil
}

func problem(status int, detail string) *function.Problem {
	return &function.Problem{Status: status, Detail: detail}
}

func isJSON(contentType string) bool {
	kind, parameters, err := mime.ParseMediaType(contentType)
	charset := parameters["charset"]
	return err == nil && kind == "application/json" && (charset == "" || strings.EqualFold(charset, "utf-8"))
}

// decodeGraphQL reads a body strictly.
func decodeGraphQL(body []byte, request *graphQLRequest) error {
	if !utf8.Valid(body) {
		return errors.New("it is not UTF-8")
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(request); err != nil {
		return err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows it")
	}
	if strings.TrimSpace(request.Query) == "" {
		return errors.New("it has no query")
	}
	return nil
}
