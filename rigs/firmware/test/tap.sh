# Read by the tests in shell: counts claims and prints them as TAP.
passed=0
failed=0

claim() { # status words
    if [ "$1" -eq 0 ]; then
        passed=$((passed + 1))
        echo "ok $((passed + failed)) - $2"
    else
        failed=$((failed + 1))
        echo "not ok $((passed + failed)) - $2"
    fi
}
