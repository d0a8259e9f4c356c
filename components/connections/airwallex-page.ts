/** Where the owner of an account sees and withdraws the access of applications. */
export const AIRWALLEX_INTEGRATIONS_PAGE = 'https://www.airwallex.com/app/integrations/home'
