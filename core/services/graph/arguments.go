package graph

import (
	"time"

	"github.com/google/uuid"
	"github.com/graph-gophers/graphql-go"

	"github.com/seastack/seastack/core/fault"
)

// maxFirst is the most that a list has.
const maxFirst = 100

func checkFirst(first int32) error {
	var wrong fault.Fields
	wrong.Check(1 <= first && first <= maxFirst, "first", "must be from 1 to %d", maxFirst)
	return wrong.Err()
}

// parseID returns the ID that an argument is.
func parseID(field string, id graphql.ID) (uuid.UUID, error) {
	parsed, err := uuid.Parse(string(id))
	if err != nil {
		return uuid.Nil, fault.Fields{{Field: field, Detail: "must be a UUID"}}.Err()
	}
	return parsed, nil
}

// orNull returns a result, or null where it is NotFound.
func orNull[T any](value *T, err error) (*T, error) {
	if fault.Is(err, fault.NotFound) {
		return nil, nil
	}
	return value, err
}

// textOrNull returns a text, or null where it is empty.
func textOrNull[T ~string](text T) *string {
	if text == "" {
		return nil
	}
	value := string(text)
	return &value
}

func idOf(id uuid.UUID) graphql.ID { return graphql.ID(id.String()) }

func timeOf(t time.Time) graphql.Time { return graphql.Time{Time: t} }
