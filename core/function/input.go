package function

import (
	"errors"
	"reflect"

	"github.com/seastack/seastack/core/fault"
)

// validator is what an input type may implement; its error is the caller's to
// correct: a fault, best made with fault.Fields, or any error with such a text.
type validator interface{ Validate() error }

// input reads values of one type from HTTP requests.
type input[In any] struct{ plan *plan }

func newInput[In any]() (input[In], error) {
	p, err := newPlan(reflect.TypeFor[In]())
	return input[In]{plan: p}, err
}

// read binds and validates. Its error is a Problem or a fault.
func (i input[In]) read(req *request, maxBody int) (In, error) {
	var in In
	target := reflect.ValueOf(&in).Elem()
	if target.Kind() == reflect.Pointer {
		target.Set(reflect.New(target.Type().Elem()))
		target = target.Elem()
	}
	if err := i.bind(req, maxBody, target); err != nil {
		return in, err
	}
	return in, validate(&in)
}

func (i input[In]) bind(req *request, maxBody int, target reflect.Value) error {
	if err := req.parseQuery(); err != nil {
		return err
	}
	var wrong fault.Fields
	i.plan.bindParams(req, target, &wrong)
	if len(i.plan.body) > 0 {
		if err := i.bindBody(req, maxBody, target, &wrong); err != nil {
			return err
		}
	}
	if len(wrong) > 0 {
		return badRequest("The request is not well formed.", wrong...)
	}
	return nil
}

func (i input[In]) bindBody(req *request, maxBody int, target reflect.Value, wrong *fault.Fields) error {
	body, err := req.body(maxBody)
	if err != nil {
		return err
	}
	if len(body) > 0 {
		if err := req.checkJSONType(); err != nil {
			return err
		}
	}
	return i.plan.bindBody(body, target, wrong)
}

// validate calls Validate of *in, or of what a pointer type points to.
func validate[In any](in *In) error {
	v, ok := any(in).(validator)
	if !ok {
		v, ok = any(*in).(validator)
	}
	if !ok {
		return nil
	}
	err := v.Validate()
	var known *fault.Error
	var problem *Problem
	if err == nil || errors.As(err, &known) || errors.As(err, &problem) {
		return err
	}
	return fault.New(fault.Invalid, "%s", err)
}
