package web

import (
	"log/slog"

	"example.com/shop/services/notes"
	"example.com/shop/services/reports"
	"github.com/seastack/seastack/core/db"
	"github.com/seastack/seastack/core/queue"
)

func NewUnused(p *db.Primary) *Handler { return &Handler{} } // want `the parameter p of NewUnused, a \*db.Primary, is never used: the function has its grant for nothing`

func NewUnnamed(queue.Sender[notes.Ready]) *Handler { return &Handler{} } // want `a parameter of NewUnnamed, a queue.Sender\[notes.Ready\], is never used`

func NewBlank(_ *db.Primary, l *slog.Logger) *Handler { return &Handler{} } // want `the parameter _ of NewBlank`

func NewDropped(l *slog.Logger, p *db.Primary) (*Handler, error) { _ = p; return nil, nil } // want `the parameter p of NewDropped`

func NewChecked(p *db.Primary) Handler { // want `the parameter p of NewChecked`
	if p == nil {
		panic("no database")
	}
	return Handler{}
}

func NewKept(s queue.Sender[notes.Ready]) *Handler { return &Handler{sender: s} } // want `the parameter s of NewKept, a queue.Sender\[notes.Ready\], is never used, as nothing reads the field sender`

func NewKeptLater(a, s queue.Sender[notes.Ready]) *Handler { // want `the parameter a of NewKeptLater` `nothing reads the field sender`
	h := new(Handler)
	other := s
	h.sender = other
	return h
}

func NewIdle(r *reports.Service, n *notes.Service) *Handler { return &Handler{notes: n} } // want `the parameter r of NewIdle, a \*reports.Service, is never used: the function has the grants of its \*db.Primary, queue.Sender\[notes.Ready\] for nothing`
