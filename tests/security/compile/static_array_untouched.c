//! attack: 2 GB that take no room in the program: used, they are above its limit
//! verdict: MLE
//! limits: memory_bytes=67108864
static volatile char all[2000u << 20];
int main(void)
{
    for (unsigned at = 0; at < sizeof all; at += 4096)
        all[at] = 1;
}
