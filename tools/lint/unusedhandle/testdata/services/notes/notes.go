// Package notes is a service with handles.
package notes

import (
	"github.com/seastack/seastack/core/config"
	"github.com/seastack/seastack/core/db"
	"github.com/seastack/seastack/core/queue"
)

type Ready struct{}

type Settings struct{}

type Service struct { // want Service:`carries \*db.Primary, queue.Sender\[notes.Ready\]`
	db    *db.Primary
	queue queue.Sender[Ready]
}

func New(p *db.Primary, q queue.Sender[Ready]) *Service { return &Service{p, q} }

func (s *Service) Use() (*db.Primary, queue.Sender[Ready]) { return s.db, s.queue }

// Plain takes no handle that is a grant.
type Plain struct{ settings config.Value[Settings] }

func NewPlain(settings config.Value[Settings]) *Plain { return &Plain{settings} }
