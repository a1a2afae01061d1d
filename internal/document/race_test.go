//go:build race

package document_test

// raced reports that tests run with the race detector, which makes them several times
// slower.
const raced = true
