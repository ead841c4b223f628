package wire

import (
	"context"
	"log/slog"
	"net/http"
	"time"
)

func (h *Handler) logs(ctx context.Context) bool {
	return h.env.Log.Enabled(ctx, slog.LevelDebug)
}

// serveLogged serves a request and logs one line about it: never a body, a query
// string or a header, since those may hold secrets.
func (h *Handler) serveLogged(w http.ResponseWriter, req *http.Request, id string) {
	rec := &recorder{ResponseWriter: w, status: http.StatusOK}
	start := time.Now()
	m := h.serve(rec, req, id)
	attrs := []slog.Attr{
		slog.Int("status", rec.status), slog.Duration("duration", time.Since(start)), slog.String("request", id),
	}
	if m.Service != nil {
		attrs = append(attrs, slog.String("service", m.Service.Name))
	}
	if m.Operation != nil {
		attrs = append(attrs, slog.String("operation", m.Operation.Name))
	}
	h.env.Log.LogAttrs(req.Context(), slog.LevelDebug, "request", attrs...)
}

// recorder records the status of an answer.
type recorder struct {
	http.ResponseWriter
	status int
}

func (r *recorder) WriteHeader(status int) {
	r.status = status
	r.ResponseWriter.WriteHeader(status)
}

// Unwrap returns the wrapped writer, for http.ResponseController.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }
