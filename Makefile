.PHONY: help run test bench lock

help:
	@echo "make run   startar programmet på http://localhost:8000/ med påhittade uppgifter att prova med"
	@echo "make test  kör alla kontroller och prov"
	@echo "make bench mäter hur lång tid det viktigaste tar"
	@echo "make lock  gör om requirements*.txt efter ändring i requirements*.in"

run:
	@scripts/setup.sh requirements.txt
	@.venv/bin/python scripts/run.py

test:
	@scripts/setup.sh requirements-dev.txt
	@scripts/test.sh

bench:
	@scripts/setup.sh requirements-dev.txt
	@.venv/bin/python -m scripts.bench

lock:
	@scripts/setup.sh requirements-dev.txt
	@scripts/lock.sh
