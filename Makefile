# Everything happens in .dev/, which git ignores. Details: python3 -m dev
PYTHON ?= python3
DEV = $(PYTHON) -m dev

.PHONY: help demo demo-stop test bench lint format lock screenshots stop clean

help:
	@echo 'make demo       Odoo with the addon and a demo mail server (DEMO_DETACH=1: in the background)'
	@echo 'make demo-stop  end the demo'
	@echo 'make test       all tests; ARGS="-k name" goes to pytest'
	@echo 'make bench      measurements, one JSON object a line'
	@echo 'make lint       all checks; make format lays out the code'
	@echo 'make lock       pin the Python packages anew'
	@echo 'make screenshots  take the pictures of docs/images from the running demo'
	@echo 'make stop       end the demo and the private PostgreSQL'
	@echo 'make clean      end them and remove .dev/'
	@echo 'ODOO_SOURCE=/path/to/odoo and the usual PG* variables: use these, download nothing of it'

demo demo-stop lint format lock stop clean:
	@$(DEV) $@

test bench screenshots:
	@$(DEV) $@ $(ARGS)
