package queue

import (
	"encoding"
	"fmt"
	"reflect"
	"regexp"
)

// order finds the IDs by which a FIFO queue orders messages of a type: the indexes
// of the fields tagged queue:"group" and queue:"deduplication"; -1 for none.
type order struct{ group, deduplication int }

func orderOf(t reflect.Type) (order, error) {
	o := order{-1, -1}
	if t.Kind() != reflect.Struct {
		return o, fmt.Errorf("%s is no struct, and a FIFO queue's messages have a group", t)
	}
	for i := range t.NumField() {
		switch t.Field(i).Tag.Get("queue") {
		case "group":
			o.group = i
		case "deduplication":
			o.deduplication = i
		}
	}
	if o.group < 0 {
		return o, fmt.Errorf(`%s has no field tagged queue:"group", and a FIFO queue's messages have one`, t)
	}
	return o, nil
}

// orderID is what SQS takes for a group or a deduplication.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
var orderID = regexp.MustCompile(`^[!-~]{1,128}$`)

// ids returns the IDs of a message; that of the deduplication is empty where SQS
// takes the body's digest.
func (o order) ids(message any) (group, deduplication string, err error) {
	v := reflect.ValueOf(message)
	if group, err = id(v, o.group); err != nil || o.deduplication < 0 {
		return group, "", err
	}
	deduplication, err = id(v, o.deduplication)
	return group, deduplication, err
}

func id(message reflect.Value, field int) (string, error) {
	text := fmt.Sprint(message.Field(field).Interface())
	if m, ok := message.Field(field).Interface().(encoding.TextMarshaler); ok {
		raw, err := m.MarshalText()
		if err != nil {
			return "", err
		}
		text = string(raw)
	}
	if !orderID.MatchString(text) {
		return "", fmt.Errorf("%s is %q; SQS takes 1 to 128 letters, digits and ASCII punctuation", message.Type().Field(field).Name, text)
	}
	return text, nil
}
