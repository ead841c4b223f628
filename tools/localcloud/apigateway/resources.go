package apigateway

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	listing "github.com/seastack/seastack/tools/localcloud/page"
	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

func errNotFound(what, id string) error {
	return wire.Errorf(http.StatusNotFound, "NotFoundException", "Invalid %s identifier specified %s", what, id)
}

func errBad(format string, args ...any) error {
	return wire.Errorf(http.StatusBadRequest, "BadRequestException", format, args...)
}

func errConflict(format string, args ...any) error {
	return wire.Errorf(http.StatusConflict, "ConflictException", format, args...)
}

// newID returns an identifier like AWS's: lower-case letters and digits.
func newID(length int) string {
	return strings.ToLower(rand.Text())[:length]
}

// resourceARN returns a pattern with its variables filled: the ARN for IAM and
// for tags.
func (s *Service) resourceARN(pattern string, vars map[string]string) string {
	pattern = strings.ReplaceAll(pattern, "+}", "}")
	for name, value := range vars {
		pattern = strings.ReplaceAll(pattern, "{"+name+"}", value)
	}
	return "arn:aws:apigateway:" + s.env.Region + "::" + pattern
}

// decode decodes a call's body into a value. Members that the body does not have
// stay unchanged, as PATCH and defaults require.
func decode(c *wire.Call, into any) error {
	if len(bytes.TrimSpace(c.Body)) == 0 {
		return nil
	}
	if err := json.Unmarshal(c.Body, into); err != nil {
		return errBad("Invalid request body: %v", err)
	}
	return nil
}

// child is a resource within an API.
type child interface {
	stage | route | integration | deployment | authorizer
}

// kind is a type of resource within an API.
type kind[T child] struct {
	service *Service
	all     store.Collection[T]
	what    string // in messages
	id      string // variable of the path
}

func (k kind[T]) getTx(tx *store.Tx, apiID, id string) (T, error) {
	if _, err := k.service.apiTx(tx, apiID); err != nil {
		return *new(T), err
	}
	v, ok, err := k.all.GetTx(tx, apiID+"/"+id)
	if err == nil && !ok {
		err = errNotFound(k.what, id)
	}
	return v, err
}

func (k kind[T]) get(_ context.Context, c *wire.Call) (any, error) {
	var v T
	err := k.service.env.Store.View(func(tx *store.Tx) (err error) {
		v, err = k.getTx(tx, c.Path["apiId"], c.Path[k.id])
		return err
	})
	return v, err
}

func (k kind[T]) list(_ context.Context, c *wire.Call) (any, error) {
	if _, err := k.service.api(c.Path["apiId"]); err != nil {
		return nil, err
	}
	all, err := k.all.List(c.Path["apiId"] + "/")
	if err != nil {
		return nil, err
	}
	return pageOf(c, all)
}

// change runs f on an API, which must exist, and then makes the data plane read
// it again.
func (s *Service) change(apiID string, f func(tx *store.Tx, a api) error) error {
	err := s.env.Store.Update(func(tx *store.Tx) error {
		a, err := s.apiTx(tx, apiID)
		if err != nil {
			return err
		}
		return f(tx, a)
	})
	s.forget(apiID)
	return err
}

// remove deletes a resource unless check returns an error.
func (k kind[T]) remove(c *wire.Call, check func(tx *store.Tx, v T) error) error {
	apiID, id := c.Path["apiId"], c.Path[k.id]
	return k.service.change(apiID, func(tx *store.Tx, _ api) error {
		v, err := k.getTx(tx, apiID, id)
		if err == nil && check != nil {
			err = check(tx, v)
		}
		if err != nil {
			return err
		}
		return k.all.DeleteTx(tx, apiID+"/"+id)
	})
}

// page is the answer of list operations.
type page[T any] struct {
	Items     []T    `json:"items"`
	NextToken string `json:"nextToken,omitempty"`
}

// maxResults is the most elements of a page.
// https://docs.aws.amazon.com/apigateway/latest/api/API_GetRestApis.html
const maxResults = 500

// pageOf returns the part of a list that the call's maxResults and nextToken
// select, by default all of it.
func pageOf[T any](c *wire.Call, all []T) (any, error) {
	limit := len(all)
	if asked := c.Query.Get("maxResults"); asked != "" {
		var err error
		if limit, err = strconv.Atoi(asked); err != nil || limit < 1 || limit > maxResults {
			return nil, errBad("Invalid value %q for maxResults: it must be from 1 to %d", asked, maxResults)
		}
	}
	some, next, ok := listing.Cut(all, c.Query.Get("nextToken"), limit)
	if !ok {
		return nil, errBad("Invalid next token")
	}
	return page[T]{Items: append([]T{}, some...), NextToken: next}, nil
}
