package logs

import (
	"context"
	"errors"

	"github.com/seastack/seastack/tools/localcloud/wire"
)

// EnsureGroup creates a log group if there is none of that name.
func (s *Service) EnsureGroup(name string) error {
	_, err := s.createGroup(context.Background(), nil, &createGroupInput{LogGroupName: name})
	var known *wire.Error
	if errors.As(err, &known) && known.Code == "ResourceAlreadyExistsException" {
		return nil
	}
	return err
}
