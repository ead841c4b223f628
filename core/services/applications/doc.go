// Package applications opens roles, takes the applications of candidates to them,
// and reviews these by the roles' criteria. It owns the tables roles and
// applications; it asks the candidates service who applies, and knows nothing of
// who starts a review.
package applications
