// Package reports is a service that has its handles through another one.
package reports

import "example.com/shop/services/notes"

type Service struct{ inner *Inner } // want Service:`carries \*db.Primary, queue.Sender\[notes.Ready\]`

type Inner struct{ notes *notes.Service } // want Inner:`carries \*db.Primary, queue.Sender\[notes.Ready\]`

func NewInner(n *notes.Service) (*Inner, error) { return &Inner{notes: n}, nil }

func (i *Inner) Notes() *notes.Service { return i.notes }

func New(i *Inner) *Service { return &Service{i} }

func (s *Service) Use() { s.inner.Notes().Use() }
