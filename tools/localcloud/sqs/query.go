package sqs

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/seastack/seastack/tools/localcloud/wire"
)

// former is SQS in the Query protocol, which clients used until late 2023, among
// them the AWS CLI of Debian 12: requests are forms, answers are XML. The
// operations are those of the JSON protocol; only the shapes are translated.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-json-faqs.html
func former(today wire.Service) *wire.Service {
	s := wire.Service{Name: today.Name, Protocol: wire.Query, Namespace: "http://queue.amazonaws.com/doc/2012-11-05/", Policy: today.Policy}
	for _, op := range today.Operations {
		s.Operations = append(s.Operations, formerOperation(op))
	}
	return &s
}

func formerOperation(op wire.Operation) wire.Operation {
	handle, resource := op.Handle, op.Resource
	op.Handle = func(ctx context.Context, c *wire.Call) (any, error) {
		asked, err := asJSON(c)
		if err != nil {
			return nil, err
		}
		out, err := handle(ctx, asked)
		if err != nil || out == nil {
			return nil, err
		}
		return asXML(op.Name, out)
	}
	if resource != nil {
		op.Resource = func(c *wire.Call) string {
			asked, err := asJSON(c)
			if err != nil {
				return "*" // the operation itself reports what is wrong
			}
			return resource(asked)
		}
	}
	return op
}

// asJSON returns the call with the body of the JSON protocol.
func asJSON(c *wire.Call) (*wire.Call, error) {
	asked := *c
	asked.Query = nil
	input := formTree(c.Query).input()
	delete(input, "Action")
	delete(input, "Version")
	var err error
	if asked.Body, err = json.Marshal(input); err != nil {
		return nil, wire.Errorf(http.StatusBadRequest, "MalformedQueryString", "%v", err)
	}
	return &asked, nil
}

// Names in forms of the members of the JSON protocol. Every element of a list or
// a map is a parameter of its own: AttributeName.1=All.
var (
	formLists = map[string]string{
		"AttributeName": "AttributeNames", "MessageAttributeName": "MessageAttributeNames",
		"MessageSystemAttributeName": "MessageSystemAttributeNames", "TagKey": "TagKeys",
		"SendMessageBatchRequestEntry": "Entries", "DeleteMessageBatchRequestEntry": "Entries",
		"ChangeMessageVisibilityBatchRequestEntry": "Entries",
	}
	formMaps = map[string]string{
		"Attribute": "Attributes", "MessageAttribute": "MessageAttributes",
		"MessageSystemAttribute": "MessageSystemAttributes", "Tag": "Tags",
	}
	formNumbers = map[string]bool{
		"DelaySeconds": true, "MaxNumberOfMessages": true, "MaxNumberOfMessagesPerSecond": true,
		"MaxResults": true, "VisibilityTimeout": true, "WaitTimeSeconds": true,
	}
)

// form is one part of the parameters' names, with the parts below it.
type form struct {
	value string
	below map[string]*form
}

func formTree(values url.Values) *form {
	root := &form{}
	for name, all := range values {
		at := root
		for part := range strings.SplitSeq(name, ".") {
			if at.below == nil {
				at.below = map[string]*form{}
			}
			if at.below[part] == nil {
				at.below[part] = &form{}
			}
			at = at.below[part]
		}
		at.value = all[0]
	}
	return root
}

// input returns the input that a form encodes.
func (f *form) input() map[string]any {
	out := map[string]any{}
	for name, child := range f.below {
		switch {
		case formLists[name] != "":
			out[formLists[name]] = child.list()
		case formMaps[name] != "":
			out[formMaps[name]] = child.pairs()
		case child.below != nil:
			out[name] = child.input()
		case formNumbers[name]:
			out[name] = json.Number(child.value)
		default:
			out[name] = child.value
		}
	}
	return out
}

// elements returns the elements with the names 1, 2, ...
func (f *form) elements() (all []*form) {
	for i := 1; f.below[strconv.Itoa(i)] != nil; i++ {
		all = append(all, f.below[strconv.Itoa(i)])
	}
	return all
}

func (f *form) list() []any {
	all := []any{}
	for _, e := range f.elements() {
		if e.below != nil {
			all = append(all, e.input())
			continue
		}
		all = append(all, e.value)
	}
	return all
}

// pairs returns a map. Its keys are called Name, or Key for tags.
func (f *form) pairs() map[string]any {
	all := map[string]any{}
	for _, e := range f.elements() {
		in := e.input()
		key, ok := in["Name"].(string)
		if !ok {
			key, _ = in["Key"].(string)
		}
		all[key] = in["Value"]
	}
	return all
}
