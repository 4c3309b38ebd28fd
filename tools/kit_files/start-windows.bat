@echo off
rem A double click opens it in a window that stays.
cd /d "%~dp0"
py -3 -c "" >nul 2>nul
if not errorlevel 1 (
    py -3 start.py %*
    goto end
)
python -c "" >nul 2>nul
if not errorlevel 1 (
    python start.py %*
    goto end
)
echo There is no Python here. Install Python 3.12 from python.org, then start again.
:end
pause
