package web

import (
	"log/slog"

	"example.com/shop/services/notes"
	"github.com/seastack/seastack/core/db"
	"github.com/seastack/seastack/core/queue"
)

type Handler struct { // want Handler:`carries \*db.Primary, queue.Sender\[notes.Ready\]`
	db     *db.Primary
	sender queue.Sender[notes.Ready]
	notes  *notes.Service
	Public *db.Primary
	list   []*db.Primary
}

func (h *Handler) Use() { h.db.Close(); h.notes.Use() }

func helper(*db.Primary) {}

// Used.

func NewCalled(p *db.Primary) *Handler              { p.Close(); return &Handler{} }
func NewPassed(p *db.Primary) *Handler              { helper(p); return &Handler{} }
func NewStored(p *db.Primary) *Handler              { return &Handler{db: p} }
func NewAssigned(p *db.Primary) *Handler            { h := &Handler{}; h.db = p; return h }
func NewThrough(p *db.Primary) *Handler             { q := p; var r = q; return &Handler{db: r} }
func NewPublic(p *db.Primary) *Handler              { return &Handler{Public: p} }
func NewElement(p *db.Primary) *Handler             { return &Handler{list: []*db.Primary{p}} }
func NewClosure(p *db.Primary) *Handler             { f := func() { helper(p) }; f(); return &Handler{} }
func NewService(n *notes.Service) *Handler          { return &Handler{notes: n} }
func NewReturned(p *db.Primary) (q *db.Primary)     { q = p; return }
func Plain(p *notes.Plain, l *slog.Logger) *Handler { return &Handler{} }
func Text(p *db.Primary) string                     { return "" }
