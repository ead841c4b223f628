-- The sourcing service's table: what is searched of candidates, and shown of it.

-- +goose Up
CREATE TABLE candidate_documents (
    candidate_id uuid     PRIMARY KEY,
    version      integer  NOT NULL CHECK (version > 0), -- of the candidate
    name         text     NOT NULL,
    headline     text     NOT NULL,
    skills       text[]   NOT NULL,
    location     text     NOT NULL,
    skill_keys   text[]   NOT NULL, -- as filters compare them
    place_words  text[]   NOT NULL, -- of the location
    document     tsvector NOT NULL  -- A: name and headline, B: skills, C: location
);

CREATE INDEX candidate_documents_search ON candidate_documents USING gin (document);
CREATE INDEX candidate_documents_skills ON candidate_documents USING gin (skill_keys);
CREATE INDEX candidate_documents_places ON candidate_documents USING gin (place_words);

-- +goose Down
DROP TABLE candidate_documents;
