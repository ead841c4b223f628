// Package githubtest has a server in GitHub's place, for tests.
package githubtest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Hub is a server in GitHub's place: the comments of the pull request 7 of
// acme/shop, in pages, and its checks. It takes the token "token".
// https://docs.github.com/en/rest/issues/comments
type Hub struct {
	Comments []Comment
	Checks   []map[string]any
	Head     string // the pull request's commit
	// Fail, where set, answers a request itself, and reports whether it did.
	Fail     func(w http.ResponseWriter, req *http.Request) bool
	Requests []string
	Issues   []Issue
	mu       sync.Mutex
	next     int64
}

// Issue is an issue.
type Issue struct {
	Number int      `json:"number"`
	Title  string   `json:"title"`
	Body   string   `json:"body"`
	State  string   `json:"state"`
	Labels []string `json:"-"`
	URL    string   `json:"html_url"`
}

// Comment is a comment.
type Comment struct {
	ID   int64  `json:"id"`
	Body string `json:"body"`
	URL  string `json:"html_url"`
}

// Add adds a comment.
func (h *Hub) Add(body string) int64 {
	h.next++
	h.Comments = append(h.Comments, Comment{ID: h.next, Body: body, URL: fmt.Sprint("https://example.com/", h.next)})
	return h.next
}

// ServeHTTP answers as GitHub does.
func (h *Hub) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.Requests = append(h.Requests, req.Method+" "+req.URL.Path)
	if h.Fail != nil && h.Fail(w, req) {
		return
	}
	if req.Header.Get("Authorization") != "Bearer token" {
		Refuse(w, http.StatusUnauthorized, "Bad credentials")
		return
	}
	path := strings.TrimPrefix(req.URL.Path, "/repos/acme/shop/")
	id, _ := strconv.ParseInt(path[strings.LastIndexByte(path, '/')+1:], 10, 64)
	at := slices.IndexFunc(h.Comments, func(c Comment) bool { return c.ID == id })
	switch key := req.Method + " " + strings.TrimRight(path, "0123456789"); {
	case key == "GET pulls/":
		Answer(w, http.StatusOK, map[string]any{"number": 7, "head": map[string]string{"sha": h.Head}})
	case key == "GET issues/7/comments":
		h.list(w, req)
	case key == "POST issues/7/comments":
		h.Add(BodyOf(req))
		Answer(w, http.StatusCreated, h.Comments[len(h.Comments)-1])
	case key == "GET issues":
		h.listIssues(w, req)
	case key == "POST issues":
		var in Issue
		_ = json.NewDecoder(req.Body).Decode(&struct {
			*Issue
			Labels *[]string `json:"labels"`
		}{&in, &in.Labels})
		in.Number, in.State = len(h.Issues)+100, "open"
		in.URL = fmt.Sprint("https://example.com/issues/", in.Number)
		h.Issues = append(h.Issues, in)
		Answer(w, http.StatusCreated, in)
	case key == "PATCH issues/" && id >= 100 && int(id) < len(h.Issues)+100:
		_ = json.NewDecoder(req.Body).Decode(&h.Issues[id-100]) // members that are absent stay
		Answer(w, http.StatusOK, h.Issues[id-100])
	case req.Method == http.MethodPost && strings.HasSuffix(path, "/comments"):
		Answer(w, http.StatusCreated, Comment{Body: BodyOf(req)})
	case strings.HasPrefix(path, "issues/comments/") && at < 0:
		Refuse(w, http.StatusNotFound, "Not Found")
	case key == "PATCH issues/comments/":
		h.Comments[at].Body = BodyOf(req)
		Answer(w, http.StatusOK, h.Comments[at])
	case key == "DELETE issues/comments/":
		h.Comments = slices.Delete(h.Comments, at, at+1)
		w.WriteHeader(http.StatusNoContent)
	case key == "POST check-runs":
		var check map[string]any
		_ = json.NewDecoder(req.Body).Decode(&check)
		h.Checks = append(h.Checks, check)
		Answer(w, http.StatusCreated, check)
	default:
		Refuse(w, http.StatusNotFound, "Not Found: "+key)
	}
}

func (h *Hub) listIssues(w http.ResponseWriter, req *http.Request) {
	found := []Issue{}
	for _, i := range h.Issues {
		if i.State == req.URL.Query().Get("state") && slices.Contains(i.Labels, req.URL.Query().Get("labels")) {
			found = append(found, i)
		}
	}
	Answer(w, http.StatusOK, found)
}

func (h *Hub) list(w http.ResponseWriter, req *http.Request) {
	size, _ := strconv.Atoi(req.URL.Query().Get("per_page"))
	page := max(1, atoi(req.URL.Query().Get("page")))
	from, to := min((page-1)*size, len(h.Comments)), min(page*size, len(h.Comments))
	if to < len(h.Comments) {
		w.Header().Set("Link", fmt.Sprintf(`<http://%s%s?per_page=%d&page=%d>; rel="next"`, req.Host, req.URL.Path, size, page+1))
	}
	Answer(w, http.StatusOK, h.Comments[from:to])
}

func atoi(s string) int { n, _ := strconv.Atoi(s); return n }

// BodyOf returns the body in a request for a comment.
func BodyOf(req *http.Request) string {
	var in struct{ Body string }
	_ = json.NewDecoder(req.Body).Decode(&in)
	return in.Body
}

// Answer answers with JSON.
func Answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}

// Refuse answers with an error of GitHub's.
func Refuse(w http.ResponseWriter, status int, message string) {
	Answer(w, status, map[string]string{"message": message})
}
